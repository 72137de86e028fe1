import type { Checkpoint, TextRecord } from '../checkpoint/index.ts';
import type { AskedSettings, Config, PartialConfig } from '../config/index.ts';
import type { Corpus, ReadOptions } from '../corpus/index.ts';
import { RnnError, type Wording, word } from '../errors.ts';
import { hasParts, inheritConfig, resumeConfig } from './inherit.ts';
import { type Plan, planTraining } from './plan.ts';

/** How a run starts: anew, from another model's weights, or exactly where a checkpoint stopped. */
export type Start = { kind: 'fresh' } | { kind: 'weights' | 'resume'; checkpoint: Checkpoint };

/** Texts of a run; a validation text of its own has a vocabulary that begins with the corpus's. */
export interface RunTexts {
  corpus: Corpus;
  validation?: Corpus;
}

/** Reads what a run is asked to start from. @throws RnnError where that is no start */
export async function readStart<Source>(
  { resume, initFrom }: { resume?: Source | undefined; initFrom?: Source | undefined },
  read: (source: Source) => Promise<Checkpoint>,
): Promise<Start> {
  if (resume !== undefined && initFrom !== undefined) {
    throw new RnnError(
      'usage',
      (name) =>
        `${name('resume')} and ${name('initFrom')} exclude each other: one continues a run, the other starts a new one`,
      { setting: 'initFrom' },
    );
  }
  if (initFrom !== undefined) return { kind: 'weights', checkpoint: await read(initFrom) };
  if (resume === undefined) return { kind: 'fresh' };
  const checkpoint = await read(resume);
  if (checkpoint.imported === undefined) return { kind: 'resume', checkpoint };
  const file = typeof resume === 'string' ? ` ${resume}` : '';
  throw new RnnError('usage', (name) => `${name('resume')}${file}`, {
    setting: 'resume',
    expected: 'a run',
    got: 'an imported model',
    hint: (name) => `start from its weights with ${name('initFrom')}`,
  });
}

/** The configuration that is asked for, as the start allows it. */
export function configFor(asked: AskedSettings, start: Start): Config {
  if (start.kind === 'fresh') return asked.config;
  return start.kind === 'resume'
    ? resumeConfig(start.checkpoint, asked)
    : inheritConfig(start.checkpoint, asked);
}

/**
 * How a text is read: characters have the ids of the corpus that was read before, or of the model that is gone on with;
 * what is new to it comes after them.
 */
export function readingFor(
  start: Start,
  corpus?: Corpus,
): Pick<ReadOptions, 'vocabulary' | 'unknown' | 'byHash'> {
  const vocabulary = corpus?.vocabulary ?? (start.kind === 'fresh' ? undefined : start.checkpoint.vocabulary);
  if (vocabulary === undefined) return {};
  // of a resumed run the texts are known by their hash; characters that it lacks can only be those of another text
  const resumed = start.kind === 'resume';
  return { vocabulary, unknown: resumed ? 'skip' : 'add', byHash: resumed };
}

/**
 * Decides what is trained on and how.
 * @param suggested settings that a preset alone names
 * @throws RnnError where a resumed run does not get its own texts back
 */
export function planFrom(
  config: Config,
  { corpus, validation }: RunTexts,
  start: Start,
  suggested: PartialConfig,
): Plan {
  if (start.kind === 'resume') checkTexts(start.checkpoint, corpus, validation);
  const plan = planTraining(config, corpus, validation, suggested);
  if (start.kind === 'fresh') return plan;
  if (start.kind === 'weights') {
    const added = plan.corpus.vocabulary.size - start.checkpoint.vocabulary.size;
    return { ...plan, notes: [...newCharacters(added), ...plan.notes] };
  }
  if (hasParts(start.checkpoint, plan)) return plan;
  throw new RnnError(
    'checkpoint',
    'the run being resumed was split by an older rnn, in a way that is not known',
    { hint: (name) => `start anew ${fromWeights(name)}` },
  );
}

const fromWeights: Exclude<Wording, string> = (name) => `from its weights with ${name('initFrom')}`;

/** A fine-tuned run says what its model does not know yet. */
function newCharacters(added: number): string[] {
  if (added === 0) return [];
  const what = added === 1 ? '1 character is' : `${added} characters are`;
  return [`${what} new to the model, not trained yet`];
}

/** A resumed run must get its own texts back. */
function checkTexts(run: Checkpoint, corpus: Corpus, validation: Corpus | undefined): void {
  if (validation && !run.validation) {
    throw new RnnError(
      'corpus',
      (name) =>
        `${name('validation')}: the run being resumed has no validation text of its own, or was saved by an older rnn, which kept no record of it`,
      {
        setting: 'validation',
        hint: (name) => `drop ${name('validation')}, or start anew ${fromWeights(name)}`,
      },
    );
  }
  checkText('this corpus', corpus, run.corpus);
  if (validation) checkText((name) => `this ${name('validation')} text`, validation, run.validation!);
  else if (run.validation) {
    throw new RnnError('corpus', 'the run being resumed has a validation text of its own', {
      setting: 'validation',
      hint: (name) => `name it again with ${name('validation')}`,
    });
  }
}

function checkText(what: Wording, text: Corpus, known: TextRecord): void {
  const difference = differenceOf(text, known);
  if (difference === undefined) return;
  throw new RnnError(
    'corpus',
    (name) => `${word(what, name)} is not the one of the run being resumed (${difference})`,
    { hint: (name) => `give the same text, or start anew ${fromWeights(name)}` },
  );
}

/** Difference of a text from one on record; undefined where it is the same. */
export function differenceOf({ sha256, ids }: Corpus, known: TextRecord): string | undefined {
  if (sha256 !== known.sha256)
    return `sha256 ${sha256.slice(0, 12)}…, expected ${known.sha256.slice(0, 12)}…`;
  return ids.length === known.characters
    ? undefined
    : `the same bytes, but ${ids.length} characters, expected ${known.characters}`;
}

/** A validation text must be another one. */
export const alsoTrainedOn = (text: string): RnnError =>
  new RnnError('usage', (name) => `${name('validation')}: ${text} is trained on as well`, {
    setting: 'validation',
    hint: 'name a text that is not',
  });

/** Why a resumed run will differ in its last digits from one that was not stopped; undefined where it will not. */
export function otherNumerics(start: Start, numerics: string): string | undefined {
  if (start.kind !== 'resume' || start.checkpoint.numerics === numerics) return undefined;
  return `this run was computed with ${start.checkpoint.numerics} and goes on with ${numerics}; the last digits may differ`;
}
