import { stat } from 'node:fs/promises';
import { checkpointFiles, readCheckpoint } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { newId } from '../live/names.ts';
import type { RunRecord, Snapshot } from '../live/protocol.ts';
import { savedRecord } from '../live/saved.ts';
import { isSameRun } from '../train/index.ts';
import { versionOf } from './file-identity.ts';
import { keptLevels, keptModels } from './kept-models.ts';
import { say } from './output.ts';

/** A run and the files of its models, by `ID/STEP`. */
export interface Shown {
  record: RunRecord;
  files: ReadonlyMap<string, string>;
  version: string | undefined;
}

/** Where runs are, unless others are named. */
const FOLDER = 'checkpoints';
const BEST = /\.best\.json$/;

/** The runs of files and folders, as they stand in their checkpoints. */
export class ShownRuns {
  readonly #names: readonly string[];
  readonly #ids = new Map<string, string>();
  /** whether all that is named was there once: it may go and come again later */
  #hasBegun = false;
  #shown = new Map<string, Shown>();
  /** by the version that could not be read, which is said once */
  readonly #damaged = new Set<string>();

  private constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** @throws RnnError where a file that is named cannot be read, or there is no run */
  static async read(names: readonly string[]): Promise<ShownRuns> {
    const runs = new ShownRuns(names);
    await runs.refresh();
    runs.#hasBegun = true;
    if (runs.list.length > 0) return runs;
    throw new RnnError('usage', names.length > 0 ? names.join(', ') : FOLDER, {
      expected: 'checkpoints',
      got: 'none',
      hint: 'train a model with rnn train <corpus>, or name its file',
    });
  }

  get list(): readonly Shown[] {
    return [...this.#shown.values()];
  }

  /** Reads what has changed, as another process may train a run. @returns whether anything has */
  async refresh(): Promise<boolean> {
    const before = this.#shown;
    const shown = new Map<string, Shown>();
    let isChanged = false;
    // one after the other, since a checkpoint may be as large as memory
    for (const path of await this.#paths()) {
      const version = await versionOf(path);
      const known = before.get(path);
      const run = known && known.version === version ? known : await this.#readRun(path, version);
      isChanged ||= run !== known;
      if (run) shown.set(path, run);
    }
    this.#shown = shown;
    return isChanged || shown.size !== before.size;
  }

  /** Those of a folder by their last change, the newest first. */
  async #paths(): Promise<string[]> {
    const paths: string[] = [];
    for (const name of this.#names.length > 0 ? this.#names : [FOLDER]) {
      const stats = await stat(name).catch(() => undefined);
      if (!stats && name === FOLDER) continue;
      if (!stats?.isDirectory()) paths.push(name);
      else for (const { path } of await checkpointFiles(name)) if (!BEST.test(path)) paths.push(path);
    }
    return [...new Set(paths)];
  }

  async #readRun(path: string, version: string | undefined): Promise<Shown | undefined> {
    try {
      return await readRun(path, this.#idOf(path), version);
    } catch (error) {
      const isNamed = this.#names.includes(path);
      if (!(error instanceof RnnError) || (isNamed && !this.#hasBegun)) throw error;
      const damage = `${path} ${version}`;
      if (!this.#damaged.has(damage))
        say(`skipped ${version === undefined ? '' : 'a damaged checkpoint: '}${error.message}`);
      this.#damaged.add(damage);
      return undefined;
    }
  }

  #idOf(path: string): string {
    const id = this.#ids.get(path) ?? newId(path, new Set(this.#ids.values()));
    this.#ids.set(path, id);
    return id;
  }
}

async function readRun(path: string, id: string, version: string | undefined): Promise<Shown> {
  const run = await readCheckpoint(path);
  const files = new Map<string, string>();
  const snapshots: Snapshot[] = [];
  for (const { step, path: file } of keptModels(path)) {
    if (step > run.state.step) continue;
    snapshots.push({ step, kind: 'kept' });
    files.set(`${id}/${step}`, file);
  }
  const bestPath = path.replace(/(?<!\.best)\.json$/, '.best.json');
  const best = bestPath === path ? undefined : await readCheckpoint(bestPath).catch(() => undefined);
  if (best && isSameRun(best, run)) {
    snapshots.push({ step: best.state.step, kind: 'best' });
    files.set(`${id}/best`, bestPath);
  }
  snapshots.push({ step: run.state.step, kind: 'last' });
  files.set(`${id}/last`, path);
  return {
    record: savedRecord(run, { id, checkpoint: path, snapshots, levels: keptLevels(path) }),
    files,
    version,
  };
}
