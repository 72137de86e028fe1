import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { BackendName } from '../config/index.ts';
import { findSources } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels } from '../kernels/index.ts';
import { listTrials, type SweepDefinition, type Trial } from '../sweep/index.ts';
import type { DoneReason } from '../train/index.ts';
import { versionOf } from './file-identity.ts';
import type { Ended, Evaluation } from './sweep-child.ts';

/*
 * What the one who waits for a sweep and its workers tell each other over Redis. A sweep is posted in one hash; its trials
 * are jobs of a BullMQ queue of its own. Its number lies in a file of its directory, so that whoever sees that file sees
 * the same directory.
 */

/** Before all keys. */
export const PREFIX = 'rnn';
/** Hash of all sweeps that wait for workers, by their ids. */
export const SWEEPS = `${PREFIX}:sweeps`;
/** Set of the trials of a sweep that are to be stopped. */
export const stopKey = (id: string): string => `${PREFIX}:${id}:stop`;
/** Hash of the workers of a sweep. */
export const workersKey = (id: string): string => `${PREFIX}:${id}:workers`;

/** A worker holds a trial for so long without a sign of life; each looks for what others have lost so often. */
export const [LOCK_MS, STALLED_MS] = [5000, 3000];
/** So often a trial may lose its worker, and be tried after its process has died. */
export const [MAX_LOST, ATTEMPTS] = [10, 3];

export const jobId = (trial: number): string => `trial-${trial}`;
export interface TrialJob {
  trial: number;
}
/** What a worker says of the trial that it runs. */
export interface TrialProgress {
  worker: string;
  step: number;
  /** evaluations that decide at rungs, so that none is missed by who listens later, and the last one */
  evaluations: Evaluation[];
}
/** How a trial ended at a worker. */
export interface TrialOutcome {
  reason: DoneReason | undefined;
  ended: Ended;
}

const workerSchema = z.object({
  /** changes with each sign of life */
  beat: z.number(),
  /** the kernels it computes with */
  numerics: z.string(),
  /** why it does not work on this sweep */
  refuses: z.string().optional(),
});
export type WorkerState = z.output<typeof workerSchema>;
export const readWorker = (text: string): WorkerState | undefined => parsed(workerSchema, text);

const postingSchema = z.object({
  id: z.string(),
  /** of rnn */
  version: z.string(),
  title: z.string(),
  /** of each run */
  name: z.string(),
  /** where names of files begin */
  root: z.string(),
  /** of the sweep, seen from there */
  directory: z.string(),
  definition: z.custom<SweepDefinition>((value) => typeof value === 'object' && value !== null),
  /** the files that trials read */
  inputs: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /** bytes that the largest trial needs */
  memoryBytes: z.number(),
  /** the kernels of the one who waits */
  numerics: z.string(),
});
/** A sweep as workers find it. */
export type Posting = z.output<typeof postingSchema>;
export const readPosting = (text: string): Posting | undefined => parsed(postingSchema, text);

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const ID_FILE = '.queue';

/** The id of a sweep, made where there is none. */
export function claimId(directory: string): string {
  const path = join(directory, ID_FILE);
  try {
    writeFileSync(path, `${randomBytes(8).toString('hex')}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}

function idIn(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, ID_FILE), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Files that trials read, as one machine sees them. A file that has not changed is read once. */
export class InputFiles {
  readonly #known = new Map<string, { version: string | undefined; sha256: string }>();

  /** @throws RnnError where one is missing */
  async list(
    { corpus, options: { validation, initFrom } }: SweepDefinition,
    root: string,
  ): Promise<Posting['inputs']> {
    const found = [
      ...(await findSources(corpus, root)),
      ...(validation === undefined ? [] : await findSources([validation], root)),
      ...(initFrom === undefined ? [] : [initFrom]),
    ];
    const inputs: Posting['inputs'] = [];
    for (const path of found) inputs.push({ path, sha256: await this.#hash(resolve(root, path)) });
    return inputs;
  }

  async #hash(path: string): Promise<string> {
    const version = await versionOf(path);
    const known = this.#known.get(path);
    if (known && version !== undefined && known.version === version) return known.sha256;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const sha256 = hash.digest('hex');
    this.#known.set(path, { version, sha256 });
    return sha256;
  }
}

/** The kernels that trials compute with on this machine. @throws RnnError where it has none such */
export const numericsOf = ({ options: { backend = 'auto' } }: SweepDefinition): string =>
  createKernels(backend as BackendName).numerics;

/** Why a worker can't work on a sweep; undefined where it can. @param root where names of files begin here */
export async function whyUnfit(
  { id, version, directory, definition, inputs }: Posting,
  root: string,
  own: string,
  files: InputFiles,
): Promise<string | undefined> {
  if (version !== own) return `it was begun by rnn ${version}, this is ${own}`;
  const here = resolve(root, directory);
  if (idIn(here) !== id)
    return `${here} is not its directory on this machine; share it, or say where it begins with --dir`;
  const found = await files.list(definition, root).catch(lack);
  if (typeof found === 'string') return found;
  const kernels = await Promise.resolve(definition)
    .then(numericsOf)
    .then(() => undefined, lack);
  if (kernels !== undefined) return kernels;
  const names = (list: Posting['inputs']) => list.map(({ path }) => path).join(', ');
  if (names(found) !== names(inputs))
    return `it reads ${names(inputs)}, on this machine there are ${names(found)}`;
  const other = inputs.findIndex(({ sha256 }, i) => sha256 !== found[i]!.sha256);
  if (other === -1) return undefined;
  const short = (sha256: string) => `${sha256.slice(0, 12)}…`;
  return `${inputs[other]!.path} is another file on this machine (sha256 ${short(found[other]!.sha256)}, expected ${short(inputs[other]!.sha256)})`;
}

/** What a machine lacks, in words. */
function lack(error: unknown): string {
  if (error instanceof RnnError || (error as NodeJS.ErrnoException).syscall !== undefined)
    return (error as Error).message;
  throw error;
}

/** The trials of a posted sweep. */
export const trialsOf = ({ definition }: Posting): Trial[] => listTrials(definition);
