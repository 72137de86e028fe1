/** What must be awaited before kernels are created: in Node nothing, in a browser the compiling (prepare.browser.ts). */
export async function prepareKernels(): Promise<void> {}
