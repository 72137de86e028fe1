/** Measures time but for its pauses. */
export class Stopwatch {
  /** when it would have begun without pauses */
  #start = performance.now();
  #stopped: number | undefined;

  get seconds(): number {
    return ((this.#stopped ?? performance.now()) - this.#start) / 1000;
  }

  stop(): void {
    this.#stopped ??= performance.now();
  }

  goOn(): void {
    if (this.#stopped !== undefined) this.#start += performance.now() - this.#stopped;
    this.#stopped = undefined;
  }
}
