import type { TextRecord } from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import { type Corpus, findSources, readCorpus, textName } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { hasParts, type Plan, type Start } from '../train/index.ts';
import { identityOf } from './file-identity.ts';
import { sayNote } from './text.ts';

/** Texts of a run. */
export interface Texts {
  corpus: Corpus;
  /** where the corpus comes from */
  sources: readonly string[];
  /** a text of its own; its vocabulary begins with the corpus's */
  validation?: Corpus;
}

/** Characters have the ids of the model that is gone on with; what is new to it comes after them. */
export async function readTexts(
  patterns: string[],
  validation: string | undefined,
  { unit, encoding, invalid }: Config,
  start: Start,
): Promise<Texts> {
  const sources = await findSources(patterns, '.', sayNote);
  const validationSources = validation === undefined ? [] : await findSources([validation], '.', sayNote);
  await refuseShared(sources, validationSources);
  const options = { unit, encoding, invalid, stdin: process.stdin, byHash: start.kind === 'resume' };
  // of a resumed run the texts are known by their hash; characters that it lacks can only be those of another text
  const unknown = start.kind === 'resume' ? 'skip' : 'add';
  const known = start.kind === 'fresh' ? {} : ({ vocabulary: start.checkpoint.vocabulary, unknown } as const);
  const corpus = await readCorpus(sources, { ...options, ...known });
  corpus.notes.forEach(sayNote);
  if (validation === undefined) return { corpus, sources };
  const { vocabulary } = corpus;
  const measured = await readCorpus(validationSources, { ...options, vocabulary, unknown });
  measured.notes.forEach(sayNote);
  if (measured.sha256 === corpus.sha256) throw sameText(textName(validationSources));
  return { corpus, sources, validation: measured };
}

const sameText = (name: string) =>
  new RnnError('usage', `--validation: ${name} is trained on as well; name a text that is not`);

/** Files are compared as the system knows them, since one has many names. */
async function refuseShared(sources: readonly string[], validation: readonly string[]): Promise<void> {
  const idOf = async (source: string) => (source === '-' ? source : identityOf(source));
  const trained = new Set(await Promise.all(sources.map(idOf)));
  for (const name of validation) if (trained.has(await idOf(name))) throw sameText(textName([name]));
}

/** Difference of a text from one on record; undefined where it is the same. */
export function differenceOf({ sha256, ids }: Corpus, known: TextRecord): string | undefined {
  if (sha256 !== known.sha256)
    return `sha256 ${sha256.slice(0, 12)}…, expected ${known.sha256.slice(0, 12)}…`;
  return ids.length === known.characters
    ? undefined
    : `the same bytes, but ${ids.length} characters, expected ${known.characters}`;
}

/** A resumed run must get its own texts back; a fine-tuned one is told what its model does not know yet. */
export function checkTexts({ corpus, validation }: Texts, start: Start): void {
  if (start.kind === 'fresh') return;
  const { checkpoint } = start;
  if (start.kind === 'weights') {
    const added = (validation ?? corpus).vocabulary.size - checkpoint.vocabulary.size;
    if (added > 0) {
      const what = added === 1 ? '1 character is' : `${added} characters are`;
      sayNote(`${what} new to the model, not trained yet`);
    }
    return;
  }
  if (validation && !checkpoint.validation) {
    throw new RnnError(
      'corpus',
      '--validation: the run being resumed has no validation text of its own, or was saved by an older rnn, which kept no record of it; ' +
        'drop --validation, or start anew from its weights with --init-from',
    );
  }
  checkText('this corpus', corpus, checkpoint.corpus);
  if (validation) checkText('this --validation text', validation, checkpoint.validation!);
  else if (checkpoint.validation) {
    throw new RnnError(
      'corpus',
      'the run being resumed has a validation text of its own; name it again with --validation',
    );
  }
}

function checkText(what: string, text: Corpus, known: TextRecord): void {
  const difference = differenceOf(text, known);
  if (difference === undefined) return;
  throw new RnnError(
    'corpus',
    `${what} is not the one of the run being resumed (${difference}); give the same text, or start anew from its weights with --init-from`,
  );
}

/** A resumed run goes on with the parts it began with. */
export function checkParts(start: Start, plan: Plan): void {
  if (start.kind !== 'resume' || hasParts(start.checkpoint, plan)) return;
  throw new RnnError(
    'checkpoint',
    'the run being resumed was split by an older rnn, in a way that is not known; start anew from its weights with --init-from',
  );
}
