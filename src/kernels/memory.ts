import { type NameOf, RnnError } from '../errors.ts';
import type { KernelShare } from './kernels.ts';

export interface Taken<Block> {
  readonly block: Block;
  readonly bytes: number;
}

/**
 * Hands out blocks of memory. With the blocks of another thread, a thread that takes the same sizes in the same order gets
 * the same memory, so two threads that build the same objects work on one set of numbers.
 */
export class SharedMemory<Block> {
  readonly #create: (bytes: number) => Block;
  readonly #given: readonly Taken<Block>[];
  #taken = 0;
  #recorded: Taken<Block>[] | undefined;

  /** @param given the blocks of the thread to join, taken before any is created */
  constructor(create: (bytes: number) => Block, given: readonly Taken<Block>[] = []) {
    this.#create = create;
    this.#given = given;
  }

  take(bytes: number): Block {
    const given = this.#given[this.#taken++];
    if (given && given.bytes !== bytes) {
      throw new Error(`this thread takes ${bytes} bytes where the other took ${given.bytes}`);
    }
    const block = given ? given.block : this.#create(bytes);
    this.#recorded?.push({ block, bytes });
    return block;
  }

  /** Runs `build`; returns its result and all blocks that it took, in order. */
  record<T>(build: () => T): { built: T; blocks: Taken<Block>[] } {
    const blocks: Taken<Block>[] = [];
    this.#recorded = blocks;
    try {
      return { built: build(), blocks };
    } finally {
      this.#recorded = undefined;
    }
  }
}

/** Blocks that are buffers of their own. */
export type SharedBuffers = SharedMemory<ArrayBufferLike>;

export interface BufferShare extends KernelShare {
  readonly blocks: readonly Taken<ArrayBufferLike>[];
}

export function sharedBuffers(given: readonly Taken<ArrayBufferLike>[] = []): SharedBuffers {
  return new SharedMemory(createBuffer, given);
}

export const lowerSizes = (name: NameOf): string =>
  `lower ${name('hidden')}, ${name('batchSize')} or ${name('seqLength')}`;

/** Pages that are not isolated from others have no memory to share, and no need for it. */
const Buffer = globalThis.SharedArrayBuffer ?? ArrayBuffer;

function createBuffer(bytes: number): ArrayBufferLike {
  try {
    return new Buffer(bytes);
  } catch (cause) {
    throw new RnnError('config', `the system refused ${bytes} bytes of memory`, { cause, hint: lowerSizes });
  }
}
