import { gzipSync } from 'node:zlib';
import {
  architectureOf,
  type Checkpoint,
  learnedWeights,
  readCheckpoint,
  serialize,
} from '../checkpoint/index.ts';
import { exportedPage } from '../live/document.ts';
import { stepNameOf } from '../live/names.ts';
import type { RunRecord } from '../live/protocol.ts';
import { parameterTable } from '../model/index.ts';
import { livePageSources } from '../report/built.ts';
import { bytes, count } from '../report/index.ts';
import { checkHtmlFile, writeHtml } from './html-file.ts';
import { modelOf } from './kept-models.ts';
import { say } from './output.ts';
import type { Shown } from './shown-runs.ts';

/** Base64 of all models in a page; a browser needs several times that. */
const MOST_CHARACTERS = 64_000_000;

/** Writes the page of runs as one file, with as many of their models as there is room for. */
export async function exportPage(path: string, runs: readonly Shown[]): Promise<void> {
  await checkHtmlFile(
    path,
    runs.flatMap(({ files }) => [...files.values()]),
    '--export',
  );
  const models: Record<string, string> = {};
  let room = MOST_CHARACTERS;
  let left = 0;
  for (const [key, file] of byWorth(runs)) {
    const model = packed(await readCheckpoint(file), key);
    if (model.length > room) {
      left++;
      continue;
    }
    models[key] = model;
    room -= model.length;
  }
  const records = runs.map(({ record }) => withModels(record, models));
  const html = exportedPage({ language: 'en', runs: records, models }, livePageSources());
  await writeHtml(path, html, '--export');
  const held = `${count(runs.length, 'run')}, ${count(Object.keys(models).length, 'model')}`;
  say(
    `${held}, ${bytes(Buffer.byteLength(html))}${left > 0 ? `; ${left} more would have made it too large` : ''}`,
  );
}

/** The last model of each run first, then the best, then those kept on the way, the newest first. */
function byWorth(runs: readonly Shown[]): [key: string, file: string][] {
  const rank = (key: string) => {
    const step = key.replace(/^.*\//, '');
    return step === 'last' ? -Infinity : step === 'best' ? -Number.MAX_VALUE : -Number(step);
  };
  return runs.flatMap(({ files }) => [...files]).sort(([a], [b]) => rank(a) - rank(b));
}

/** What was learned alone: a page needs no more, and gives away no excerpt of the text. */
function packed(checkpoint: Checkpoint, origin: string): string {
  const { config, vocabulary, state } = checkpoint;
  const weights = { data: learnedWeights(checkpoint), table: parameterTable(architectureOf(checkpoint)) };
  const model = modelOf({ step: state.step, config, vocabulary, weights }, origin);
  return gzipSync(serialize(model), { level: 9 }).toString('base64');
}

const withModels = (record: RunRecord, models: Readonly<Record<string, string>>): RunRecord => ({
  ...record,
  snapshots: record.snapshots.filter((snapshot) => `${record.id}/${stepNameOf(snapshot)}` in models),
});
