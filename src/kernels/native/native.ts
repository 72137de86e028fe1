import { builtModule } from '../built.ts';
import { type Compiled, compiledKernels } from '../compiled.ts';
import type { Kernels, NumericsId } from '../kernels.ts';
import { sharedBuffers } from '../memory.ts';

interface Addon {
  /** names, best first */
  instructionSets(): string[];
  /** its functions take columns as three numbers */
  load(name: string): object;
}

interface Bindings {
  bindNative(functions: object): Compiled;
}

/** The add-on built at install, or undefined where there was no compiler. */
export function loadAddon(): Addon | undefined {
  try {
    return builtModule('kernels.node') as Addon;
  } catch {
    return undefined;
  }
}

/** The native kernels of this machine, the best unless one is named, or undefined without the add-on. */
export function loadNative(instructionSet?: string, memory = sharedBuffers()): Kernels | undefined {
  const addon = loadAddon();
  const chosen = instructionSet ?? addon?.instructionSets()[0];
  return addon && chosen ? nativeKernels(addon, chosen, memory) : undefined;
}

/** C kernels over vectors: AVX-512, AVX2, NEON or what every compiler has. Storage and sums are float32. */
export function nativeKernels(addon: Addon, instructionSet: string, memory = sharedBuffers()): Kernels {
  const { bindNative } = builtModule('bindings.cjs') as Bindings;
  const numerics = `native-${instructionSet}` as NumericsId;
  const own = {
    numerics,
    allocate: (length: number) => new Float32Array(memory.take(length * Float32Array.BYTES_PER_ELEMENT)),
    allocateIndices: (length: number) => new Int32Array(memory.take(length * Int32Array.BYTES_PER_ELEMENT)),
    share<T>(build: () => T) {
      const { built, blocks } = memory.record(build);
      return { built, share: { numerics, blocks } };
    },
  };
  return compiledKernels(own, bindNative(addon.load(instructionSet)), (length) => new Float32Array(length));
}
