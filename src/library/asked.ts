import type { Checkpoint } from '../checkpoint/index.ts';
import { type AskedSettings, askedSettings, trainSchema } from '../config/index.ts';
import { type Corpus, readCorpus } from '../corpus/index.ts';
import { asWritten, word } from '../errors.ts';
import {
  alsoTrainedOn,
  configFor,
  type Plan,
  planFrom,
  readingFor,
  readStart,
  type Start,
  whyFinished,
} from '../train/index.ts';
import { orAborted } from '../turns.ts';
import type { ModelSource, PortableModel, TextSource } from './api.ts';
import type { TrainOptions } from './api-run.ts';
import { check, fromProgram, runSchema, splitOptions } from './checked.ts';
import { type Compute, LoadedModel } from './model.ts';
import { readModel, sourcesOf } from './sources.ts';

/** A run as a program asks for it. */
export interface Asked extends AskedSettings {
  text: TextSource;
  validation: TextSource | undefined;
  resume: ModelSource | PortableModel | undefined;
  initFrom: ModelSource | PortableModel | undefined;
  compute: Compute;
  signal: AbortSignal | undefined;
}

/** A run as it will be. */
export interface PlannedRun {
  plan: Plan;
  start: Start;
  /** what is worth a line, one sentence each */
  notes: readonly string[];
}

/** @throws RnnError naming every setting that is wrong */
export function checkAsked(text: TextSource, options: TrainOptions): Asked {
  const [{ validation, resume, initFrom, backend, threads, preset, ...settings }, signal] =
    splitOptions(options);
  const checked = check(runSchema, { backend, threads, preset });
  const sources = { validation, resume, initFrom };
  const names = [trainSchema.shape, runSchema.shape, sources, { signal }].flatMap(Object.keys);
  return {
    ...askedSettings([fromProgram(settings)], checked.preset, names),
    text,
    ...sources,
    compute: { backend: checked.backend, threads: checked.threads },
    signal,
  };
}

/** Reads what a run starts from and learns. */
export async function planAsked(asked: Asked): Promise<PlannedRun> {
  const { text, validation, suggested, signal } = asked;
  const what = asked.resume === undefined ? 'initFrom' : 'resume';
  const start = await readStart(asked, (source) => checkpointOf(source, what, signal));
  const config = configFor(asked, start);
  const notes: string[] = [];
  const read = async (source: TextSource, what: string, before?: Corpus) => {
    const sources = await sourcesOf(source, what, (note) => notes.push(note), signal);
    const { unit, encoding, invalid } = config;
    const options = { unit, encoding, invalid, signal, ...readingFor(start, before) };
    const corpus = await orAborted(readCorpus(sources, options), signal);
    notes.push(...corpus.notes);
    return corpus;
  };
  const corpus = await read(text, 'the text');
  const measured =
    validation === undefined ? {} : { validation: await read(validation, 'validation', corpus) };
  if (measured.validation?.sha256 === corpus.sha256) throw alsoTrainedOn('this text');
  const plan = planFrom(config, { corpus, ...measured }, start, suggested);
  const over = start.kind === 'resume' ? whyFinished(start.checkpoint, plan) : undefined;
  const ended = over ? [word(over.advice, asWritten)] : [];
  return { plan, start, notes: [...notes, ...plan.notes, ...ended] };
}

/** A model has its run with it. */
async function checkpointOf(
  source: ModelSource | PortableModel,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Checkpoint> {
  return source instanceof LoadedModel ? source.checkpoint : readModel(source as ModelSource, what, signal);
}
