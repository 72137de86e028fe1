import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, deserialize, loadWeights, serialize } from '../../src/checkpoint/index.ts';
import { planRun } from '../../src/cli/plan-run.ts';
import { readPart } from '../../src/cli/text-part.ts';
import {
  coldEveryOf,
  type EvalOptions,
  flagName,
  loadTraining,
  type PartialConfig,
} from '../../src/config/index.ts';
import type { RnnError } from '../../src/errors.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import type { Random } from '../../src/random.ts';
import {
  bitsPerCharacter,
  evaluate,
  type Plan,
  type Start,
  type Totals,
  Trainer,
} from '../../src/train/index.ts';
import { lastCheckpoint } from './training.ts';

/** What `rnn train` was told: texts and flags, by their names in files. */
export interface CommandLine {
  texts: string[];
  flags: PartialConfig & { validation?: string; preset?: string; config?: string };
}

export interface Ended {
  plan: Plan;
  checkpoint: Checkpoint;
  totals: Totals;
}

/** What `rnn train` does, in this process and without files of its own. */
export async function trainBy(
  { texts, flags }: CommandLine,
  start: Start = { kind: 'fresh' },
): Promise<Ended> {
  const { plan } = await planRun(texts, await loadTraining(flags), start);
  const events = [...new Trainer(plan, new ReferenceKernels(), start, 1).run()];
  const done = events.at(-1)!;
  if (done.event !== 'done') throw new Error(`the run ended with ${done.event}`);
  return { plan, checkpoint: deserialize(serialize(lastCheckpoint(events)), 'a run'), totals: done };
}

/** What the command line says of work that is refused. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: RnnError) => error.lines(flagName).join('\n'),
  );

/** The characters that `rnn eval --part` measures. */
export async function partOf(
  checkpoint: Checkpoint,
  texts: string[],
  part: EvalOptions['part'],
): Promise<number[]> {
  return [...(await readPart(checkpoint, texts, { part, encoding: 'utf-8', unknown: 'error' })).ids];
}

/** What `rnn eval` prints of them, in bits per character. */
export function measure(checkpoint: Checkpoint, ids: readonly number[]): number {
  const kernels = new ReferenceKernels();
  const weights = loadWeights(checkpoint, kernels);
  const coldEvery = coldEveryOf(checkpoint.config);
  return bitsPerCharacter(evaluate(weights, Int32Array.from(ids), kernels, 1, coldEvery));
}

export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random.next() * from.length)]!;

/** Characters of one to seven code units, some of which combine. */
const ALPHABETS = ['abc \n', 'xyzé\r\n', '가나다라\u11a8', 'ab👍🏽👨‍👩‍👧', 'e\u0301o\u0308 "'].map((text) => [
  ...text,
]);

export function randomText(random: Random, length: number): string {
  const alphabet = [...pick(random, ALPHABETS), ...pick(random, ALPHABETS)];
  return Array.from({ length }, () => pick(random, alphabet)).join('');
}

/** Texts as files of a new folder, and the arguments that name them: one by one, the folder, or a glob. */
export function writeTexts(random: Random, folder: string, texts: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  const files = texts.map((text, i) => {
    const path = join(folder, `${i}.txt`);
    writeFileSync(path, text);
    return path;
  });
  return pick(random, [files, [folder], [join(folder, '*.txt')]]);
}
