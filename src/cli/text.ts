import type { Checkpoint } from '../checkpoint/index.ts';
import type { ReadingOptions } from '../config/index.ts';
import { type Corpus, findSources, readCorpus, textName } from '../corpus/index.ts';
import { grouped } from '../report/index.ts';
import { say } from './output.ts';

/** A text in the ids of a model. */
export interface ModelText extends Corpus {
  /** its file, or how many there are */
  name: string;
}

/**
 * Reads files, folders, globs or - in the characters of a model, as its corpus was read unless the flags say otherwise.
 * @param purpose what the text is for, where there is none
 * @param limit how many characters to read at most
 */
export async function readForModel(
  patterns: readonly string[],
  { vocabulary, config }: Checkpoint,
  { encoding = config.encoding, invalid = config.invalid, unknown }: ReadingOptions,
  purpose: string,
  limit?: number,
): Promise<ModelText> {
  const sources = await findSources(patterns, '.', sayNote);
  const text = await readCorpus(sources, {
    unit: config.unit,
    encoding,
    invalid,
    stdin: process.stdin,
    vocabulary,
    unknown,
    purpose,
    ...(limit === undefined ? {} : { limit }),
  });
  text.notes.forEach(sayNote);
  sayLeftOut(text);
  return { ...text, name: textName(sources) };
}

export const sayNote = (note: string): void => say(`note: ${note}`);

/** How much of a text its model does not know. */
export function sayLeftOut({ ids, skipped }: Pick<Corpus, 'ids' | 'skipped'>): void {
  if (skipped === 0) return;
  const all = grouped(ids.length + skipped);
  sayNote(`left out ${grouped(skipped)} of ${all} characters, which the model does not know`);
}
