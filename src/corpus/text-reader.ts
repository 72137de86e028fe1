import { RnnError, type Wording, word } from '../errors.ts';
import { createDecoder, type Decoder, firstBadByte } from './decode.ts';
import { likelyEncoding, markedEncoding, zeroBytes } from './detect.ts';

/** Bytes at the end of a chunk that are decoded one by one, more than a character has. */
const LAST = 8;
const SAMPLE = 1 << 16;
/** Share of the places of one kind, even or odd, where zero bytes make UTF-16 of ASCII. */
const MANY_ZEROS = 0.5;
const FEWEST_BYTES = 16;
const NOTHING: Uint8Array = new Uint8Array(0);

export interface TextReaderOptions {
  encoding: string;
  invalid: 'error' | 'replace';
  /** what else helps against bytes that are no text, for messages */
  remedies: Wording;
}

/** Bytes of one file, chunk by chunk, as text; its byte order mark decides the encoding and is dropped. */
export class TextReader {
  readonly encoding: string;
  readonly #name: string;
  readonly #remedies: Wording;
  readonly #decoder: Decoder;
  readonly #careful: boolean;
  /** bytes before the current chunk, and line ends */
  #offset = 0;
  #lines = 0;
  #afterReturn = false;
  /** bytes of a character that has not ended */
  #pending = NOTHING;

  /** @param head the first bytes of the file */
  constructor(name: string, head: Uint8Array, { encoding, invalid, remedies }: TextReaderOptions) {
    const marked = markedEncoding(head);
    if (marked?.startsWith('utf-32')) throw utf32(name, marked);
    this.encoding = marked ?? encoding;
    this.#name = name;
    this.#remedies = remedies;
    this.#careful = invalid === 'error';
    this.#decoder = createDecoder(this.encoding, this.#careful);
    const zeros = marked || head.length < FEWEST_BYTES ? undefined : zeroBytes(head, MANY_ZEROS);
    if (this.#careful && zeros !== undefined && zeros !== this.encoding) {
      throw this.#error(`every second byte is 0, which is not ${this.encoding}`, zeros);
    }
  }

  /** The text of the next bytes. */
  read(chunk: Uint8Array): string {
    try {
      const text = this.#careful ? this.#decode(chunk) : this.#decoder.decode(chunk, true);
      this.#offset += chunk.length;
      this.#count(text);
      return text;
    } catch (cause) {
      throw this.#refuse(chunk, cause);
    }
  }

  /** The rest of the text when the file has ended. */
  end(): string {
    try {
      return this.#decoder.decode(NOTHING, false);
    } catch (cause) {
      const at = this.#offset - this.#pending.length;
      const problem = `the file ends in the middle of the character that begins at offset ${at} (line ${this.#lines + 1})`;
      throw this.#error(problem, undefined, cause);
    }
  }

  #decode(chunk: Uint8Array): string {
    const cut = Math.max(0, chunk.length - LAST);
    const parts = [this.#decoder.decode(chunk.subarray(0, cut), true)];
    let pending = cut > 0 ? NOTHING : this.#pending;
    // a byte that gives no character belongs to one that has not ended
    for (let i = cut; i < chunk.length; i++) {
      const byte = chunk.subarray(i, i + 1);
      const next = this.#decoder.decode(byte, true);
      pending = next === '' ? concat(pending, byte) : NOTHING;
      parts.push(next);
    }
    this.#pending = pending;
    // joined, not added: what is read character by character should lie in one piece
    return parts.join('');
  }

  /** Counts line ends: \n, \r\n and \r. */
  #count(text: string): void {
    if (this.#afterReturn && text.startsWith('\n')) this.#lines--;
    if (text !== '') this.#afterReturn = text.endsWith('\r');
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines++;
    for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
      if (text[at + 1] !== '\n') this.#lines++;
    }
  }

  /** Names the first byte that is not part of a character. */
  #refuse(chunk: Uint8Array, cause: unknown): RnnError {
    const bytes = concat(this.#pending, chunk);
    const bad = firstBadByte(bytes, this.encoding);
    this.#count(createDecoder(this.encoding, false).decode(bytes.subarray(0, bad), true));
    const offset = this.#offset - this.#pending.length + bad;
    const byte = `byte 0x${bytes[bad]!.toString(16).padStart(2, '0')}`;
    const problem = `${byte} at offset ${offset} (line ${this.#lines + 1}) is not ${this.encoding}`;
    return this.#error(problem, likelyEncoding(sampleAround(bytes, bad, this.#offset === 0)), cause);
  }

  #error(problem: string, likely: string | undefined, cause?: unknown): RnnError {
    const hint: Wording = (name) => {
      const remedy =
        likely === undefined || likely === this.encoding
          ? `expected ${this.encoding} text: give its ${name('encoding')}`
          : `it looks like ${likely}: add ${name('encoding')} ${likely}`;
      return `${remedy}, or ${word(this.#remedies, name)}`;
    };
    return new RnnError('corpus', `${this.#name}: ${problem}`, { cause, setting: 'encoding', hint });
  }
}

const utf32 = (name: string, encoding: string) =>
  new RnnError('corpus', `${name}: its byte order mark says ${encoding}, which rnn does not read`, {
    setting: 'unit',
    hint: (name) => `convert it to utf-8 (iconv -f utf-32 -t utf-8), or train with ${name('unit')} byte`,
  });

/** Bytes about a bad one that begin with a character in every encoding: after a space or line end, or with the file. */
function sampleAround(bytes: Uint8Array, bad: number, whole: boolean): Uint8Array {
  const end = bad + SAMPLE;
  if (whole && bad < SAMPLE) return bytes.subarray(0, end);
  let start = bad;
  while (start > 0 && bytes[start - 1]! > 0x20) start--;
  return bytes.subarray(start, end);
}

export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
