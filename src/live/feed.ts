import type { LiveEvent, RunRecord } from './protocol.ts';

/** Messages go out this often, in milliseconds. */
const BEAT_MS = 200;
/** Messages that are kept for who was cut off: one to two minutes of them. */
const KEPT = 500;

/** Runs as a feed sees them. */
export interface Source {
  records(): readonly RunRecord[];
  /** what is new since the last call */
  take(): LiveEvent[];
}

/** A numbered message: LiveEvent[] as JSON, or nothing where the reader is to ask for the runs again. */
export interface Message {
  id: number;
  data: string | undefined;
}

export interface Reader {
  send(message: Message): void;
  end(): void;
}

/** Hands out what is new in numbered messages, and again to who was cut off. */
export class Feed {
  readonly #source: Source;
  readonly #kept: Message[] = [];
  readonly #readers = new Set<Reader>();
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Whether anybody looks. */
  get isWatched(): boolean {
    return this.#readers.size > 0;
  }

  /** All runs, and the number of the last message whose events are in them. */
  runs(): { records: readonly RunRecord[]; id: number } {
    this.flush();
    return { records: this.#source.records(), id: this.#last };
  }

  /** @param after number of the last message that the reader has; @returns what ends it */
  subscribe(reader: Reader, after: number): () => void {
    this.flush();
    const oldest = this.#kept[0]?.id ?? this.#last + 1;
    if (after < oldest - 1 || after > this.#last) reader.send({ id: this.#last, data: undefined });
    else for (const message of this.#kept) if (message.id > after) reader.send(message);
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** To be called when there is something new: a message goes out a little later. */
  news(): void {
    this.#timer ??= setTimeout(() => this.flush(), BEAT_MS).unref();
  }

  /** Sends what is new now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#source.take();
    if (events.length === 0) return;
    const message = { id: ++this.#last, data: JSON.stringify(events) };
    this.#kept.push(message);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const reader of this.#readers) reader.send(message);
  }

  /** Sends what is new, and nothing more. */
  end(): void {
    this.flush();
    for (const reader of this.#readers) reader.end();
  }

  /** Asks all readers to begin anew: the runs are others now. */
  reset(): void {
    this.#source.take();
    this.#kept.length = 0;
    this.#last++;
    for (const reader of this.#readers) reader.send({ id: this.#last, data: undefined });
  }
}
