/**
 * Buffers that threads share. A thread that was given another's buffers and takes the same sizes in the same order
 * gets the same memory, so two threads that build the same objects work on one set of numbers.
 */
export class SharedMemory {
  readonly #given: readonly SharedArrayBuffer[];
  #taken = 0;
  #recorded: SharedArrayBuffer[] | undefined;

  /** @param given the buffers of the thread to join */
  constructor(given: readonly SharedArrayBuffer[] = []) {
    this.#given = given;
  }

  take(bytes: number): SharedArrayBuffer {
    const given = this.#given[this.#taken++];
    if (given && given.byteLength !== bytes) {
      throw new Error(`this thread takes ${bytes} bytes where the other took ${given.byteLength}`);
    }
    const buffer = given ?? new SharedArrayBuffer(bytes);
    this.#recorded?.push(buffer);
    return buffer;
  }

  /** All buffers that `build` takes, in order. */
  record<T>(build: () => T): { built: T; buffers: SharedArrayBuffer[] } {
    const buffers: SharedArrayBuffer[] = [];
    this.#recorded = buffers;
    try {
      return { built: build(), buffers };
    } finally {
      this.#recorded = undefined;
    }
  }
}
