export { compilePortable as prepareKernels } from './wasm/portable.ts';
