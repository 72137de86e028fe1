/** The event loop gets a turn this often, so that others are served and an abort is heard. */
const TURN_MS = 10;

/** A turn behind everything that waits in the event loop; a timer would take four milliseconds in a browser. */
const nextTurn: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          const onmessage = () => {
            port1.close();
            resolve();
          };
          Object.assign(port1, { onmessage });
          port2.postMessage(null);
        });

/** Work in one thread that shares the event loop with everything else. */
export class Turns {
  #turned = performance.now();

  /** Whether the event loop has waited long enough. */
  get isDue(): boolean {
    return performance.now() - this.#turned > TURN_MS;
  }

  /** Between two units of work: gives the event loop a turn where it has had none for a while. @throws signal.reason */
  async take(signal?: AbortSignal): Promise<void> {
    if (this.isDue) {
      await nextTurn();
      this.#turned = performance.now();
    }
    signal?.throwIfAborted();
  }

  /** Runs work to its end, with turns at its pauses; an abort ends it. */
  async finish<T>(work: Generator<unknown, T, void>, signal?: AbortSignal): Promise<T> {
    try {
      let next = work.next();
      for (; !next.done; next = work.next()) await this.take(signal);
      return next.value;
    } finally {
      work.return(undefined as never);
    }
  }
}

/** The result of a promise, unless it is aborted before. */
export async function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  let hear!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    hear = () => reject(signal.reason);
    signal.addEventListener('abort', hear);
    if (signal.aborted) hear();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', hear);
  }
}
