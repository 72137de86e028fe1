import type { Config } from '../config/index.ts';
import { findSources, readCorpus, textName } from '../corpus/index.ts';
import { alsoTrainedOn, type RunTexts, readingFor, type Start } from '../train/index.ts';
import { identityOf } from './file-identity.ts';
import { sayNote } from './text.ts';

/** Texts of a run. */
export interface Texts extends RunTexts {
  /** where the corpus comes from */
  sources: readonly string[];
}

export async function readTexts(
  patterns: string[],
  validation: string | undefined,
  { unit, encoding, invalid }: Config,
  start: Start,
): Promise<Texts> {
  const sources = await findSources(patterns, '.', sayNote);
  const validationSources = validation === undefined ? [] : await findSources([validation], '.', sayNote);
  await refuseShared(sources, validationSources);
  const options = { unit, encoding, invalid, stdin: process.stdin };
  const corpus = await readCorpus(sources, { ...options, ...readingFor(start) });
  corpus.notes.forEach(sayNote);
  if (validation === undefined) return { corpus, sources };
  const measured = await readCorpus(validationSources, { ...options, ...readingFor(start, corpus) });
  measured.notes.forEach(sayNote);
  if (measured.sha256 === corpus.sha256) throw alsoTrainedOn(textName(validationSources));
  return { corpus, sources, validation: measured };
}

/** Files are compared as the system knows them, since one has many names. */
async function refuseShared(sources: readonly string[], validation: readonly string[]): Promise<void> {
  const idOf = async (source: string) => (source === '-' ? source : identityOf(source));
  const trained = new Set(await Promise.all(sources.map(idOf)));
  for (const name of validation) if (trained.has(await idOf(name))) throw alsoTrainedOn(textName([name]));
}
