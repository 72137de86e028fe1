import { ReferenceKernels } from '../../src/kernels/index.ts';

/** Every kernel set runs the same suites. */
export const BACKENDS = [
  { name: 'reference float32', create: () => new ReferenceKernels('float32'), epsilon: 2 ** -24 },
  { name: 'reference float64', create: () => new ReferenceKernels('float64'), epsilon: 2 ** -53 },
];
