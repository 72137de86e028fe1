import { RnnError } from '../../errors.ts';
import type { Floats, KernelShare } from '../kernels.ts';
import { lowerSizes, SharedMemory, type Taken } from '../memory.ts';
import { type WasmMemory, WebAssembly } from './webassembly.ts';

const PAGE = 65536;
/** 4 GiB, as much as addresses reach. */
const MAX_PAGES = 65536;
/** Blocks start at cache lines; how many are taken, by all threads, stands at the end of the first page. */
const LINE = 64;
const TAKEN_LINES = PAGE / Uint32Array.BYTES_PER_ELEMENT - 1;

/** The memory, and where in it the blocks begin. */
export interface WasmShare extends KernelShare {
  readonly memory: WasmMemory;
  readonly blocks: readonly Taken<number>[];
}

/** Memory that threads share and that can grow; undefined where the system refuses so much address space. */
export function createMemory(): WasmMemory | undefined {
  try {
    return WebAssembly && new WebAssembly.Memory({ initial: 2, maximum: MAX_PAGES, shared: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** One WebAssembly memory that threads share, as arrays and their addresses. What was taken is never given back. */
export class WasmArena {
  readonly memory: WasmMemory;
  readonly #blocks: SharedMemory<number>;
  /** every buffer object that stood for the memory before it grew */
  readonly #buffers = new WeakSet<ArrayBufferLike>();

  /** @param blocks those of the thread to join */
  constructor(memory: WasmMemory, blocks?: readonly Taken<number>[]) {
    this.memory = memory;
    this.#blocks = new SharedMemory((bytes) => this.claim(bytes), blocks);
  }

  /** Fresh memory, whichever thread asks. */
  claim(bytes: number): number {
    const lines = Math.ceil(bytes / LINE);
    const counter = new Uint32Array(this.memory.buffer);
    const at = PAGE + Atomics.add(counter, TAKEN_LINES, lines) * LINE;
    const missing = Math.ceil((at + bytes) / PAGE) - this.memory.buffer.byteLength / PAGE;
    try {
      if (missing > 0) this.memory.grow(missing);
    } catch (cause) {
      throw new RnnError(
        'config',
        `WebAssembly kernels reach at most 4 GiB of memory, and here they were refused ${at + bytes} bytes`,
        { cause, hint: (name) => `${lowerSizes(name)}, or choose ${name('backend')} native` },
      );
    }
    return at;
  }

  allocate(length: number): Float32Array {
    const at = this.#blocks.take(length * Float32Array.BYTES_PER_ELEMENT);
    return new Float32Array(this.#current, at, length);
  }

  allocateIndices(length: number): Int32Array {
    const at = this.#blocks.take(length * Int32Array.BYTES_PER_ELEMENT);
    return new Int32Array(this.#current, at, length);
  }

  get #current(): ArrayBufferLike {
    const { buffer } = this.memory;
    this.#buffers.add(buffer);
    return buffer;
  }

  /** An array for this thread alone. */
  allocateOwn(length: number): Float32Array {
    const at = this.claim(length * Float32Array.BYTES_PER_ELEMENT);
    return new Float32Array(this.#current, at, length);
  }

  record<T>(build: () => T): { built: T; blocks: Taken<number>[] } {
    return this.#blocks.record(build);
  }

  /** The address of an array of at least `needed` numbers in this memory. */
  at(x: Floats | Int32Array, needed: number): number {
    if (!this.#buffers.has(x.buffer)) throw new TypeError('expected an array that these kernels allocated');
    if (!(needed >= 0 && x.length >= needed)) {
      throw new RangeError(`expected at least ${needed} numbers, got ${x.length}`);
    }
    return x.byteOffset;
  }

  /** The same for characters, each from `low` to below `limit`. */
  idsAt(ids: Int32Array, M: number, low: number, limit: number): number {
    const at = this.at(ids, M);
    for (let m = 0; m < M; m++) {
      if (ids[m]! < low || ids[m]! >= limit) throw new RangeError('an index lies outside its range');
    }
    return at;
  }
}
