import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { checkpointFiles, readCheckpoint } from '../checkpoint/index.ts';
import { fromFlags, parseLayers, uiSchema } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { servedPage } from '../live/document.ts';
import { Feed } from '../live/feed.ts';
import { runIds } from '../live/names.ts';
import type { RunRecord, Snapshot } from '../live/protocol.ts';
import { savedRecord } from '../live/saved.ts';
import { LiveServer } from '../live/server.ts';
import { livePageSources } from '../report/built.ts';
import { isSameRun } from '../train/index.ts';
import { keptModels } from './kept-models.ts';
import { showPage } from './live-run.ts';
import { addFlags } from './options.ts';
import { say } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, uiSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn ui\n  $ rnn ui checkpoints/tiny.json checkpoints/tiny-2.json\n  $ rnn ui --export page.html\n',
    )
    .action(run);
}

async function run(names: string[], flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(uiSchema, [fromFlags(flags)]);
  const runs = await readRuns(names.length > 0 ? names : ['checkpoints']);
  const feed = new Feed({ records: runs.map(({ record }) => record), take: () => [] });
  const models = new Map(runs.flatMap(({ files }) => [...files]));
  const server = await LiveServer.start({
    page: servedPage({ language: 'en', runs: [], models: {} }),
    ...livePageSources(),
    feed,
    model: (key) => models.get(key),
    control: async () => {
      throw new RnnError('usage', 'no run is in progress here');
    },
  });
  showPage(server.url, options.open);
  say('Ctrl-C ends it');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.close();
}

/** A run and the files of its models, by `ID/STEP`. */
interface Shown {
  record: RunRecord;
  files: Map<string, string>;
}

const BEST = /\.best\.json$/;

/** The runs of files and folders, those of a folder by their last change, the newest first. */
async function readRuns(names: readonly string[]): Promise<Shown[]> {
  const paths: string[] = [];
  for (const name of names) {
    const isFolder = (await stat(name).catch(() => undefined))?.isDirectory();
    if (!isFolder) paths.push(name);
    else for (const { path } of await checkpointFiles(name)) if (!BEST.test(path)) paths.push(path);
  }
  const ids = runIds(paths);
  const runs: Shown[] = [];
  // one after the other, since a checkpoint may be as large as memory
  for (const [i, path] of paths.entries()) {
    try {
      runs.push(await readRun(path, ids[i]!));
    } catch (error) {
      if (!(error instanceof RnnError) || names.includes(path)) throw error;
      say(`skipped a damaged checkpoint: ${error.message}`);
    }
  }
  if (runs.length > 0) return runs;
  throw new RnnError(
    'usage',
    `${names.join(', ')}: no checkpoint there; train one with rnn train <corpus>, or name its file`,
  );
}

async function readRun(path: string, id: string): Promise<Shown> {
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
  return { record: savedRecord(run, { id, checkpoint: path, snapshots }), files };
}
