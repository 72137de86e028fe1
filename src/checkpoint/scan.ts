import { utf8 } from '../bytes.ts';
import { show } from '../config/index.ts';
import { MAX_CHARACTER_LENGTH, MAX_VOCABULARY } from '../corpus/index.ts';
import {
  MAX_EXCERPT,
  MAX_MOMENTS,
  MAX_NAME_LENGTH,
  MAX_OLD_ROWS,
  MAX_PARAMETERS,
  MAX_PREVIEWS,
  MAX_RANK,
  MAX_RATE_CHANGES,
  tensorPlace,
} from './schema.ts';

/*
 * One pass over the bytes of a checkpoint before JSON.parse sees any of them: what is deeper, longer or more than a
 * checkpoint can be is refused where it shows, and the text of the tensors, nearly all of the file, is set aside as
 * bytes. What is left is small, so that parsing and validating it cannot take much, whatever it says.
 */

const MAX_DEPTH = 8;
const MAX_KEYS = 100;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Each character has two weights at least, and each weight a moment: four numbers as base64. */
const TENSOR_BYTES_A_CHARACTER = 20;
/** as \u0000 */
const BYTES_A_UNIT = 6;

/** Longest lists by their place, in which * is any entry of a list; elsewhere there are none. */
const LISTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    vocabulary: MAX_VOCABULARY,
    excerpt: MAX_EXCERPT,
    moments: MAX_MOMENTS,
    parameters: MAX_PARAMETERS,
    'parameters.*.shape': MAX_RANK,
    'state.history': MAX_OLD_ROWS,
    'state.flow': MAX_OLD_ROWS,
    'state.previews': MAX_PREVIEWS,
    'state.rateChanges': MAX_RATE_CHANGES,
  }),
);
const TENSORS: ReadonlySet<string> = new Set(['moments.*', 'average', 'carried', 'parameters.*.data']);

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export interface Scanned {
  /** the JSON, with a number in the place of each tensor */
  frame: string;
  /** base64 of the tensors, views of the file's bytes */
  tensors: Uint8Array[];
}

/** Ends the reading with what is wrong; without a reason: the text is not JSON. */
export type Refuse = (problem?: string) => never;

/** An object or a list that is not closed yet. */
interface Level {
  place: string;
  max: number;
  commas: number;
  /** undefined in a list */
  keys: Set<string> | undefined;
  key: string;
  /** whether the next text is a key */
  awaitsKey: boolean;
  /** whether there was a text or a level since the last comma */
  filled: boolean;
}

/** Text that is not JSON may pass, since JSON.parse comes after; JSON is held to the bounds. */
export function scan(bytes: Uint8Array, refuse: Refuse): Scanned {
  return new Scanner(bytes, refuse).run();
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #refuse: Refuse;
  readonly #levels: Level[] = [];
  readonly #tensors: Uint8Array[] = [];
  readonly #parts: string[] = [];
  #tensorBytes = 0;
  #characters = 0;
  #taken = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes;
    this.#refuse = refuse;
  }

  run(): Scanned {
    const bytes = this.#bytes;
    for (let i = 0; i < bytes.length; i++) {
      if (i - this.#tensorBytes > MAX_FRAME_BYTES)
        this.#refuse(`more than ${MAX_FRAME_BYTES} bytes beside its tensors`);
      const byte = bytes[i];
      if (byte === QUOTE) i = this.#readText(i);
      else if (byte === COMMA) this.#next();
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#open(byte === OPEN_LIST);
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#close();
    }
    if (this.#levels.length > 0) this.#refuse();
    if (this.#characters * TENSOR_BYTES_A_CHARACTER > this.#tensorBytes)
      this.#refuse('vocabulary: more characters than its tensors have room for');
    this.#parts.push(utf8(bytes.subarray(this.#taken)));
    return { frame: this.#parts.join(''), tensors: this.#tensors };
  }

  #place(): string {
    const level = this.#levels.at(-1);
    if (level === undefined) return '';
    const name = level.keys ? level.key : '*';
    return level.place === '' ? name : `${level.place}.${name}`;
  }

  #open(isList: boolean): void {
    if (this.#levels.length === MAX_DEPTH) this.#refuse(`nested deeper than ${MAX_DEPTH} levels`);
    this.#fill(this.#levels.at(-1));
    const place = this.#place();
    const max = isList ? (LISTS.get(place) ?? 0) : MAX_KEYS;
    const keys = isList ? undefined : new Set<string>();
    this.#levels.push({ place, max, commas: 0, keys, key: '', awaitsKey: !isList, filled: false });
  }

  #close(): void {
    const level = this.#levels.pop() ?? this.#refuse();
    // one too few, which saves telling an empty list from a list of one
    if (level.place === 'vocabulary') this.#characters = level.commas;
  }

  #next(): void {
    const level = this.#levels.at(-1) ?? this.#refuse();
    if (++level.commas >= level.max) this.#refuse(`${named(level.place)}more than ${level.max} entries`);
    level.awaitsKey = level.keys !== undefined;
    level.filled = false;
  }

  #fill(level: Level | undefined): void {
    if (level?.filled) this.#refuse();
    if (level) level.filled = true;
  }

  /** @returns the place of its closing quote */
  #readText(from: number): number {
    const level = this.#levels.at(-1) ?? this.#refuse();
    if (level.awaitsKey) return this.#readKey(from, level);
    this.#fill(level);
    const place = this.#place();
    if (!TENSORS.has(place)) return this.#endOfText(from, BYTES_A_UNIT * MAX_CHARACTER_LENGTH, place);
    // base64 has no quotes, so the first one ends it
    const end = this.#bytes.indexOf(QUOTE, from + 1);
    if (end < 0) this.#refuse();
    this.#parts.push(utf8(this.#bytes.subarray(this.#taken, from)), `"${tensorPlace(this.#tensors.length)}"`);
    this.#tensors.push(this.#bytes.subarray(from + 1, end));
    this.#tensorBytes += end - from;
    this.#taken = end + 1;
    return end;
  }

  #readKey(from: number, level: Level): number {
    const end = this.#endOfText(from, BYTES_A_UNIT * MAX_NAME_LENGTH, level.place);
    let key: string;
    try {
      key = JSON.parse(utf8(this.#bytes.subarray(from, end + 1))) as string;
    } catch {
      return this.#refuse();
    }
    if (level.keys!.has(key)) this.#refuse(`${named(level.place)}the key ${show(key)} appears twice`);
    level.keys!.add(key);
    level.key = key;
    level.awaitsKey = false;
    return end;
  }

  #endOfText(from: number, limit: number, place: string): number {
    for (let end = from; ; ) {
      end = this.#bytes.indexOf(QUOTE, end + 1);
      if (end < 0) this.#refuse();
      if (end - from > limit) this.#refuse(`${named(place)}a text of more than ${limit} bytes`);
      let backslashes = 0;
      while (this.#bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
      if (backslashes % 2 === 0) return end;
    }
  }
}

const named = (place: string): string => (place === '' ? '' : `${place}: `);
