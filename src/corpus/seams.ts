/** Finds the files that do not end with a line break, so that the next one goes on in their last line. */
export class Seams {
  /** the file whose last line has not ended */
  #open: string | undefined;
  readonly #found: string[] = [];

  /** @param text some more of a file, or of the next one */
  see(name: string, text: string | Uint8Array): void {
    if (text.length === 0) return;
    if (this.#open !== undefined && this.#open !== name) this.#found.push(this.#open);
    this.#open = ['\n', '\r', 10, 13].includes(text.at(-1)!) ? undefined : name;
  }

  notes(): string[] {
    const [first, ...others] = this.#found;
    if (first === undefined) return [];
    const subject =
      others.length === 0
        ? `${first} does`
        : `${first} and ${others.length} other${others.length > 1 ? 's' : ''} do`;
    return [`${subject} not end with a line break: the next file goes on in the same line`];
  }
}
