export { compilePortable as prepareKernels } from './wasm/portable.browser.ts';
