import { RnnError } from '../errors.ts';

export type Encoding = 'utf-8' | 'latin1' | 'utf-16le';

const LONGEST_SEQUENCE = 4;

/** Bytes of one file, chunk by chunk, as text; a leading byte order mark is dropped, a bad byte named. */
export class TextReader {
  readonly #name: string;
  readonly #encoding: Encoding;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  /** bytes and newlines before the current chunk, for messages */
  #offset = 0;
  #lines = 1;
  /** the last bytes read, since a character may have begun in the chunk before */
  #tail: Uint8Array = new Uint8Array(0);

  constructor(name: string, encoding: Encoding, invalid: 'error' | 'replace') {
    this.#name = name;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding === 'utf-16le' ? 'utf-16le' : 'utf-8', {
      fatal: invalid === 'error',
    });
  }

  /** @param last whether the file ends with this chunk */
  read(chunk: Uint8Array, last: boolean): string {
    // TextDecoder's latin1 is windows-1252; ISO 8859-1, where every byte is one code point, comes from Buffer
    if (this.#encoding === 'latin1')
      return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    try {
      const text = this.#decoder.decode(chunk, { stream: !last });
      this.#offset += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.#lines++;
      this.#tail =
        chunk.length >= LONGEST_SEQUENCE
          ? chunk.slice(-LONGEST_SEQUENCE)
          : concat(this.#tail, chunk).slice(-LONGEST_SEQUENCE);
      return text;
    } catch (cause) {
      throw this.#refuse(chunk, last, cause);
    }
  }

  /** Names the first byte that cannot be part of a character. */
  #refuse(chunk: Uint8Array, last: boolean, cause: unknown): RnnError {
    const carried = this.#carried();
    const bytes = concat(carried, chunk);
    const bad = firstBadByte(bytes, this.#encoding, last);
    const offset = this.#offset - carried.length + bad;
    const upTo = Math.max(0, bad - carried.length);
    const line = this.#lines + chunk.subarray(0, upTo).reduce((n, byte) => n + (byte === 10 ? 1 : 0), 0);
    const problem =
      bad < bytes.length
        ? `byte 0x${bytes[bad]!.toString(16).padStart(2, '0')} at offset ${offset} (line ${line}) is not ${this.#encoding}`
        : `the file ends in the middle of a character, at offset ${offset}`;
    return new RnnError(
      'corpus',
      `${this.#name}: ${problem}; expected ${this.#encoding} text: give its --encoding, or use --invalid replace or --unit byte`,
      { cause },
    );
  }

  /** The bytes of a character that began in the chunk before and did not end there. */
  #carried(): Uint8Array {
    const tail = this.#tail;
    for (let n = Math.min(LONGEST_SEQUENCE - 1, tail.length); n > 0; n--) {
      const part = tail.subarray(tail.length - n);
      if (part[0]! >= 0xc0 && !decodes(part, 'utf-8', false) && decodes(part, 'utf-8', true)) return part;
    }
    return new Uint8Array(0);
  }
}

/** The longest prefix that decodes when more may follow; its length is the offset of the bad byte. */
function firstBadByte(bytes: Uint8Array, encoding: Encoding, last: boolean): number {
  if (last && decodes(bytes, encoding, true)) return bytes.length;
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), encoding, true)) good = middle;
    else bad = middle;
  }
  return good;
}

function decodes(bytes: Uint8Array, encoding: Encoding, more: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: more });
    return true;
  } catch {
    return false;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
