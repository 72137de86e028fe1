/** Ids in the smallest array type that holds them. */
export type Ids = Uint8Array | Uint16Array | Uint32Array;

/** In place of an id: this character is not in the vocabulary and is left out. */
export const LEFT_OUT = -2;

const FIRST_CAPACITY = 1 << 16;
/** Most elements of a typed array, in the oldest Node that runs this. */
export const MAX_CHARACTERS = 2 ** 32 - 1;

/** Ids as they are; only a list of them is copied. */
export const asIds = (ids: ArrayLike<number>): Ids =>
  ids instanceof Uint8Array || ids instanceof Uint16Array || ids instanceof Uint32Array
    ? ids
    : Uint32Array.from(ids);

/** An array for `length` ids below `distinct`. */
export function allocateIds(length: number, distinct: number): Ids {
  if (distinct <= 0x100) return new Uint8Array(length);
  return distinct <= 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
}

/** Ids in order of appearance; `finish` renumbers them. */
export class IdCollector {
  #ids: Ids;
  #length = 0;
  #skipped = 0;
  /** the first id that needs a wider array */
  #limit = 0x100;
  readonly #most: number;

  /**
   * @param expected characters at most, 0 when unknown; room that is never used takes no memory
   * @param distinct ids that may come in any order; higher ones come one by one
   * @param most how many are kept
   */
  constructor(expected: number, distinct = 0, most = MAX_CHARACTERS) {
    while (distinct > this.#limit) this.#limit *= 0x100;
    this.#most = most;
    this.#ids = allocateIds(Math.min(expected || FIRST_CAPACITY, most), this.#limit);
  }

  /** How many more are kept. */
  get room(): number {
    return this.#most - this.#length;
  }

  get isFull(): boolean {
    return this.room <= 0;
  }

  /** How many were left out. */
  get skipped(): number {
    return this.#skipped;
  }

  get length(): number {
    return this.#length;
  }

  /** @param id at most one above the highest so far; LEFT_OUT is only counted */
  push(id: number): void {
    if (id === LEFT_OUT) {
      this.#skipped++;
      return;
    }
    if (id >= this.#limit || this.#length === this.#ids.length) this.#makeRoom(id);
    this.#ids[this.#length++] = id;
  }

  #makeRoom(id: number): void {
    const full = this.#length === this.#ids.length;
    if (id >= this.#limit) this.#limit *= 0x100;
    const wider = allocateIds(full ? Math.min(2 * this.#length, this.#most) : this.#ids.length, this.#limit);
    wider.set(this.#ids.subarray(0, this.#length));
    this.#ids = wider;
  }

  /** All ids, each replaced by translation[id] where there is one. */
  finish(translation?: ArrayLike<number>): Ids {
    const ids = this.#ids.subarray(0, this.#length);
    if (!translation) return ids;
    for (let i = 0; i < ids.length; i++) ids[i] = translation[ids[i]!]!;
    return ids;
  }
}
