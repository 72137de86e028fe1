/** The part of WebAssembly used here: Node's types lack it, and the browser's would bring a thousand other names. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module';
}

interface WebAssemblyApi {
  validate(code: Uint8Array): boolean;
  compile(code: Uint8Array): Promise<WasmModule>;
  Module: new (code: Uint8Array) => WasmModule;
  Memory: new (limits: { initial: number; maximum: number; shared?: true }) => WasmMemory;
  Instance: new (
    module: WasmModule,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: object };
}

/** Absent where Node runs without a compiler (jitless). */
export const { WebAssembly } = globalThis as unknown as { WebAssembly?: WebAssemblyApi };
