import { resolve } from 'node:path';
import type { TextRecord } from '../checkpoint/index.ts';
import type { Config } from '../config/index.ts';
import { type Corpus, findSources, readCorpus } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import type { Start } from '../train/index.ts';
import { say } from './output.ts';
import { sayNote } from './text.ts';

/** What a run is given to read. */
export interface Texts {
  corpus: Corpus;
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
  const cwd = process.cwd();
  const sources = await findSources(patterns, cwd, sayNote);
  const validationSources = validation === undefined ? [] : await findSources([validation], cwd, sayNote);
  const shared = validationSources.find((name) => sources.some((other) => resolve(name) === resolve(other)));
  if (shared !== undefined) {
    throw new RnnError(
      'usage',
      `--validation ${validation}: ${shared} is trained on as well; name a text that is not`,
    );
  }
  const options = { unit, encoding, invalid, stdin: process.stdin };
  // of a resumed run the texts are known by their hash; characters that it lacks can only be those of another text
  const unknown = start.kind === 'resume' ? 'skip' : 'add';
  const known = start.kind === 'fresh' ? {} : ({ vocabulary: start.checkpoint.vocabulary, unknown } as const);
  const corpus = await readCorpus(sources, { ...options, ...known });
  corpus.notes.forEach(sayNote);
  if (validation === undefined) return { corpus };
  const { vocabulary } = corpus;
  const validationText = await readCorpus(validationSources, { ...options, vocabulary, unknown });
  validationText.notes.forEach(sayNote);
  return { corpus, validation: validationText };
}

/** A resumed run must get its own texts back; a fine-tuned one is told what its model does not know yet. */
export function checkTexts({ corpus, validation }: Texts, start: Start): void {
  if (start.kind === 'fresh') return;
  const { checkpoint } = start;
  if (start.kind === 'weights') {
    const added = (validation ?? corpus).vocabulary.size - checkpoint.vocabulary.size;
    if (added > 0) {
      const what = added === 1 ? '1 character is' : `${added} characters are`;
      say(`note: ${what} new to the model, untrained as yet`);
    }
    return;
  }
  checkText('this corpus', corpus, checkpoint.corpus);
  if (validation && checkpoint.validation) {
    checkText('this --validation text', validation, checkpoint.validation);
  } else if (validation || checkpoint.validation) {
    throw new RnnError(
      'corpus',
      validation
        ? '--validation: the run being resumed takes its validation text from the corpus; drop --validation'
        : 'the run being resumed has a validation text of its own; name it again with --validation',
    );
  }
}

function checkText(what: string, { sha256 }: Corpus, known: TextRecord): void {
  if (sha256 === known.sha256) return;
  throw new RnnError(
    'corpus',
    `${what} (sha256 ${sha256.slice(0, 12)}…) is not the one of the run being resumed ` +
      `(${known.sha256.slice(0, 12)}…); give the same text, or start anew from its weights with --init-from`,
  );
}
