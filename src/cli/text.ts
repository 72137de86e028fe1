import { type Encoding, readCorpus, type Unit } from '../corpus/index.ts';

/** A text given by file name or - for standard input, as one string (bytes for a byte model), and its SHA-256. */
export async function readText(
  source: string,
  unit: Unit,
  encoding: Encoding,
): Promise<{ text: string | Uint8Array; sha256: string }> {
  const corpus = await readCorpus([source], { unit, encoding, invalid: 'error', stdin: process.stdin });
  const { vocabulary, ids, sha256 } = corpus;
  return { text: unit === 'byte' ? vocabulary.decodeBytes(ids) : vocabulary.decode(ids), sha256 };
}
