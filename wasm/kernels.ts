/*
 * The kernels in AssemblyScript, four floats at a time: the same algorithms as native/*.inc. Axes as in
 * src/kernels/kernels.ts; matrices are row-major float32, every argument is an address or a number, in the order of
 * native/kernels.def; build/bindings.cjs checks them first. One source, two builds: with relaxed SIMD products are fused.
 */

export * from './functions';
export * from './gates';
export * from './products';
export { setScratch } from './simd';
export * from './updates';
