/*
 * The kernels in AssemblyScript, four floats at a time: the same algorithms as native/kernels.inc. Axes as in
 * src/kernels/kernels.ts; matrices are row-major float32, every argument is an address or a count, sizes were
 * checked by the caller (src/kernels/wasm.ts). One source, two builds: with relaxed SIMD products are fused.
 */

export * from './functions';
export * from './gates';
export * from './products';
export { setScratch } from './simd';
export * from './updates';
