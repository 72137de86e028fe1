import { type Encoding, readCorpus, type Unit } from '../corpus/index.ts';

/** A text given by file name or - for standard input, as one string (bytes for a byte model). */
export async function readText(source: string, unit: Unit, encoding: Encoding): Promise<string | Uint8Array> {
  const corpus = await readCorpus([source], { unit, encoding, invalid: 'error', stdin: process.stdin });
  return unit === 'byte' ? corpus.vocabulary.decodeBytes(corpus.ids) : corpus.vocabulary.decode(corpus.ids);
}
