import { latin1 } from '../bytes.ts';
import { EXACT_LATIN1 } from '../config/index.ts';
import { RnnError, type Wording, word } from '../errors.ts';
import type { TextReaderOptions } from './text-reader.ts';

const BYTE_ORDER_MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
];

/** As text-reader.ts, by the decoders of the browser; bytes that are not text are not looked into. */
export class TextReader {
  readonly encoding: string;
  readonly #decode: (bytes: Uint8Array, more: boolean) => string;

  constructor(name: string, head: Uint8Array, { encoding, invalid, remedies }: TextReaderOptions) {
    const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => head[i] === byte));
    this.encoding = marked?.[0] ?? encoding;
    this.#decode =
      this.encoding === EXACT_LATIN1 ? latin1 : decoderOf(name, this.encoding, invalid === 'error', remedies);
  }

  read(chunk: Uint8Array): string {
    return this.#decode(chunk, true);
  }

  end(): string {
    return this.#decode(new Uint8Array(0), false);
  }
}

function decoderOf(name: string, encoding: string, fatal: boolean, remedies: Wording) {
  // the Encoding Standard decodes gbk as gb18030
  const decoder = new TextDecoder(encoding === 'gbk' ? 'gb18030' : encoding, { fatal });
  return (bytes: Uint8Array, more: boolean): string => {
    try {
      return decoder.decode(bytes, { stream: more });
    } catch (cause) {
      const hint: Wording = (called) =>
        `expected ${encoding} text: give its ${called('encoding')}, or ${word(remedies, called)}`;
      throw new RnnError('corpus', `${name}: bytes that are not ${encoding}`, {
        cause,
        setting: 'encoding',
        hint,
      });
    }
  };
}

export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
