export { createKernels, joinKernels } from './choose.ts';
export { CountingKernels } from './counting.ts';
export type * from './kernels.ts';
export { NUMERICS_IDS } from './kernels.ts';
export { loadNative, NativeKernels } from './native.ts';
export { ReferenceKernels } from './reference.ts';
export { loadWasm, WASM_BUILDS, WasmKernels } from './wasm.ts';
