export type * from './kernels.ts';
export { ReferenceKernels } from './reference.ts';
