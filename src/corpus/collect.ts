/** Ids in the smallest array type that holds them. */
export type Ids = Uint8Array | Uint16Array | Uint32Array;

const PIECE = 1 << 20;

/** An array for `length` ids below `distinct`. */
export function allocateIds(length: number, distinct: number): Ids {
  if (distinct <= 0x100) return new Uint8Array(length);
  return distinct <= 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
}

/**
 * Ids in order of appearance, gathered in pieces so that a corpus of unknown length never costs more than twice
 * itself; `finish` renumbers them.
 */
export class IdCollector {
  #pieces: (Ids | undefined)[] = [];
  #piece: Ids = new Uint8Array(0);
  #used = 0;
  #length = 0;

  /** @param id at most one above the highest so far */
  push(id: number): void {
    if (
      this.#used === this.#piece.length ||
      (id > 0xff && this.#piece.BYTES_PER_ELEMENT === 1) ||
      id > 0xffff
    ) {
      this.#makeRoom(id);
    }
    this.#piece[this.#used++] = id;
    this.#length++;
  }

  #makeRoom(id: number): void {
    if (
      this.#used < this.#piece.length &&
      allocateIds(0, id + 1).BYTES_PER_ELEMENT <= this.#piece.BYTES_PER_ELEMENT
    )
      return;
    if (this.#used > 0) this.#pieces.push(this.#piece.subarray(0, this.#used));
    this.#piece = allocateIds(PIECE, id + 1);
    this.#used = 0;
  }

  /** All ids, each replaced by translation[id]; the pieces are given up one by one. */
  finish(translation: ArrayLike<number>): Ids {
    const ids = allocateIds(this.#length, translation.length);
    this.#pieces.push(this.#piece.subarray(0, this.#used));
    let at = 0;
    for (let p = 0; p < this.#pieces.length; p++) {
      const piece = this.#pieces[p]!;
      for (let i = 0; i < piece.length; i++) ids[at++] = translation[piece[i]!]!;
      this.#pieces[p] = undefined;
    }
    return ids;
  }
}
