import { builtModule } from '../built.ts';
import { type Compiled, compiledKernels } from '../compiled.ts';
import type { Kernels, NumericsId } from '../kernels.ts';
import { sharedBuffers } from '../memory.ts';
import { addonFiles, type Loaded, loadFirst, thisSystem } from './addon-file.ts';

interface Addon {
  /** names, best first */
  instructionSets(): string[];
  /** its functions take columns as three numbers */
  load(name: string): object;
}

interface Bindings {
  bindNative(functions: object): Compiled;
}

/** The add-on with the file it comes from, or why there is none for this machine. */
export const findAddon = (): Loaded<Addon> =>
  loadFirst<Addon>(addonFiles(thisSystem), (file) => builtModule(`../${file}`));

/** The add-on that was built here or came with the package, or undefined. */
export const loadAddon = (): Addon | undefined => findAddon().module;

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
