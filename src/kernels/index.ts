export { CountingKernels } from './counting.ts';
export { createKernels } from './create.ts';
export { joinKernels } from './join.ts';
export type * from './kernels.ts';
export { NUMERICS_IDS } from './kernels.ts';
export { findAddon, loadAddon, loadNative, nativeKernels } from './native/native.ts';
export { prepareKernels } from './prepare.ts';
export { ReferenceKernels } from './reference/reference.ts';
export { loadWasm, WASM_BUILDS } from './wasm/wasm.ts';
