import { type Kernels, NativeKernels, ReferenceKernels } from '../../src/kernels/index.ts';
import { loadAddon } from '../../src/kernels/native.ts';

export interface Backend {
  name: string;
  create: () => Kernels;
  /** unit roundoff of its storage and sums */
  epsilon: number;
}

const addon = loadAddon();

/** Every kernel set runs the same suites: reference, and each native instruction set that this machine has. */
export const BACKENDS: Backend[] = [
  { name: 'reference float32', create: () => new ReferenceKernels('float32'), epsilon: 2 ** -24 },
  { name: 'reference float64', create: () => new ReferenceKernels('float64'), epsilon: 2 ** -53 },
  ...(addon?.instructionSets() ?? []).map((set) => ({
    name: `native ${set}`,
    create: () => new NativeKernels(addon!, set),
    epsilon: 2 ** -24,
  })),
];
