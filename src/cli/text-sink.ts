import type { Ids, Vocabulary } from '../corpus/index.ts';
import { escapeControls } from '../report/index.ts';
import { write } from './output.ts';

/** How many characters gather before they go through a pipe; a terminal gets each at once. */
const CHUNK = 4096;

/** Whether a unit ends a line. */
export const isBreak = (unit: string | number): boolean => ['\n', '\r\n', 10].includes(unit);

/** Streams ids to stdout: exact bytes through a pipe, harmless text on a terminal. */
export class TextSink {
  readonly #vocabulary: Vocabulary;
  readonly #decoder = new TextDecoder();
  #pending: number[] = [];
  /** whether what was written ends with a line break; nothing does */
  #endsLine = true;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** A whole text. */
  async echo(ids: Ids): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      this.#pending.push(...ids.subarray(from, from + CHUNK));
      await this.#flush();
    }
    if (ids.length > 0) this.#endsLine = isBreak(this.#vocabulary.units[ids.at(-1)!]!);
  }

  async write(id: number): Promise<void> {
    this.#pending.push(id);
    this.#endsLine = isBreak(this.#vocabulary.units[id]!);
    if (process.stdout.isTTY || this.#pending.length >= CHUNK) await this.#flush();
  }

  /** The end of a text. @param next what is to come next: a line, or a text after a blank line */
  async end(next?: 'line' | 'blank line'): Promise<void> {
    await this.#flush();
    if (next !== undefined && !this.#endsLine) await write('\n');
    if (next === 'blank line') await write('\n');
    this.#endsLine = true;
  }

  async #flush(): Promise<void> {
    const bytes = this.#vocabulary.decodeBytes(this.#pending);
    this.#pending = [];
    await write(process.stdout.isTTY ? escapeControls(this.#decoder.decode(bytes, { stream: true })) : bytes);
  }
}
