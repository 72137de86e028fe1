import {
  type Kernels,
  loadWasm,
  nativeKernels,
  ReferenceKernels,
  WASM_BUILDS,
} from '../../src/kernels/index.ts';
import { loadAddon } from '../../src/kernels/native/native.ts';

export interface Backend {
  name: string;
  create: () => Kernels;
  /** unit roundoff of its storage and sums */
  epsilon: number;
}

const FLOAT32 = 2 ** -24;
const addon = loadAddon();
const wasm = WASM_BUILDS.filter((build) => loadWasm([build]));

/** Every kernel set runs the same suites: reference, each WebAssembly build and each native instruction set here. */
export const BACKENDS: Backend[] = [
  { name: 'reference float32', create: () => new ReferenceKernels('float32'), epsilon: FLOAT32 },
  { name: 'reference float64', create: () => new ReferenceKernels('float64'), epsilon: 2 ** -53 },
  ...wasm.map((build) => ({ name: build, create: () => loadWasm([build])!, epsilon: FLOAT32 })),
  ...(addon?.instructionSets() ?? []).map((set) => ({
    name: `native ${set}`,
    create: () => nativeKernels(addon!, set),
    epsilon: FLOAT32,
  })),
];

/** What this machine can't run, and why. */
export const MISSING: string[] = [
  ...WASM_BUILDS.filter((build) => !wasm.includes(build)).map(
    (build) => `${build} (skipped: this Node.js has no relaxed SIMD; 22 and later have it)`,
  ),
  ...(addon ? [] : ['native (skipped: there was no C compiler at install)']),
];
