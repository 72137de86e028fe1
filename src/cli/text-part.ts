import type { Checkpoint } from '../checkpoint/index.ts';
import type { EvalOptions, ReadingOptions } from '../config/index.ts';
import { type Corpus, findSources, type Ids, readCorpus, textName } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { differenceOf, fitConfig, hasParts, splitCorpus } from '../train/index.ts';
import { readForModel, sayNote } from './text.ts';

type Part = Exclude<EvalOptions['part'], 'all'>;

/** Ids to measure, and those that were trained on, where these are known. */
export interface Measured {
  ids: Ids;
  known?: Ids;
  /** characters that the model does not know */
  skipped: number;
  /** what is to be said of its figures */
  remark?: string | undefined;
}

/** The texts that `rnn eval` names, or the part of them that the run kept apart. */
export async function readPart(
  checkpoint: Checkpoint,
  patterns: readonly string[],
  options: ReadingOptions & Pick<EvalOptions, 'part'>,
): Promise<Measured> {
  const { part } = options;
  if (part === 'all') {
    const text = await readForModel(patterns, checkpoint, options, 'to measure');
    if (text.ids.length >= 2) return { ...text, remark: remarkOn(checkpoint, text) };
    throw new RnnError(
      'corpus',
      `${text.name}: expected at least 2 known characters to measure, got ${text.ids.length}`,
    );
  }
  const { config, vocabulary } = checkpoint;
  const { unit, encoding, invalid } = config;
  const sources = await findSources(patterns, '.', sayNote);
  // its hash says which text it is; characters that the model lacks can only be those of another one
  const known = { vocabulary, unknown: 'skip', byHash: true } as const;
  const text = await readCorpus(sources, { unit, encoding, invalid, stdin: process.stdin, ...known });
  text.notes.forEach(sayNote);
  return { ...takePart(checkpoint, text, textName(sources), part), skipped: 0 };
}

/** Figures of a text that was learned flatter the model. */
function remarkOn({ corpus, config, validation }: Checkpoint, { sha256 }: Corpus): string | undefined {
  if (sha256 !== corpus.sha256) return undefined;
  const own = config.validationFraction > 0 && validation === null;
  const advice = own ? '; --part validation measures what it was not trained on' : '';
  return `this is the text that the model was trained on${advice}`;
}

/** The parts into which the run split its text; a validation text of its own is a part by itself. */
function takePart(checkpoint: Checkpoint, text: Corpus, name: string, part: Part): Omit<Measured, 'skipped'> {
  const { config, corpus, validation } = checkpoint;
  const alone = validation !== null && part === 'validation';
  const expected = alone ? validation : corpus;
  const difference = differenceOf(text, expected);
  if (difference !== undefined) {
    const role = alone
      ? 'the --validation text this run was measured on'
      : 'the text this model was trained on';
    throw new RnnError(
      'corpus',
      `--part ${part}: expected ${role}, got ${name} (${difference}); name that text, or drop --part`,
    );
  }
  if (alone) return { ids: text.ids };
  const own = validation === null ? undefined : text.ids.subarray(0, 0);
  const split = splitCorpus(fitConfig(config, text.ids.length, own !== undefined), text, own);
  if (!own && !hasParts(checkpoint, { corpus: text, validation: split.validation })) {
    throw new RnnError(
      'checkpoint',
      `--part ${part}: this run was split by an older rnn, in a way that is not known; train anew, or drop --part`,
    );
  }
  const ids = split[part];
  if (ids.length < 2) {
    const flag = part === 'test' ? '--test-fraction' : '--validation-fraction';
    throw new RnnError(
      'corpus',
      `--part ${part}: this run kept no ${part} text, since ${flag} was 0 or the text too short for it; drop --part`,
    );
  }
  return part === 'train' ? { ids } : { ids, known: split.train };
}
