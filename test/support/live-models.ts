import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, deserializing } from '../../src/checkpoint/index.ts';
import { drain } from '../../src/drain.ts';
import { type Settings, train } from '../../src/index.ts';
import { exportedPage } from '../../src/live/document.ts';
import type { Embedded, RunRecord, Snapshot } from '../../src/live/protocol.ts';
import { ROOT } from './cli.ts';
import { emptyRecord, packed } from './live.ts';

/** A run that is over, as an exported page holds it. */
export function recordOf(id: string, checkpoint: Checkpoint, file: string, snapshots: Snapshot[]): RunRecord {
  const { config, state, weights } = checkpoint;
  return {
    ...emptyRecord(id, state.step),
    checkpoint: file,
    settings: { ...config },
    parameters: weights.length,
    stepsPerEpoch: 10,
    charactersPerStep: config.batchSize * config.seqLength,
    step: state.step,
    history: state.history,
    flow: state.flow,
    snapshots,
    status: { kind: 'saved', message: null },
  };
}

/** A page with the runs of some checkpoint files, of which it knows the last state alone. */
export function embeddedFiles(files: readonly string[], language: Embedded['language'] = 'en'): Embedded {
  const runs = files.map((file, i) => {
    const checkpoint = drain(deserializing(readFileSync(file), file));
    return recordOf(`run-${i}`, checkpoint, file, [{ step: checkpoint.state.step, kind: 'last' }]);
  });
  const models = files.map((file, i) => [`run-${i}/last`, packed(readFileSync(file))]);
  return { language, runs, models: Object.fromEntries(models) };
}

/** A page with a small run, some of whose states were kept. */
export async function embeddedRun(
  text: string,
  settings: Settings,
  kept: readonly number[],
): Promise<Embedded> {
  const models: Embedded['models'] = {};
  const run = train({ text }, settings);
  const save = async (name: string) => {
    const bytes = Buffer.from(await (await run.toBlob()).arrayBuffer());
    models[`small/${name}`] = packed(bytes);
    return drain(deserializing(bytes, 'small.json'));
  };
  const snapshots: Snapshot[] = [];
  for await (const event of run) {
    if (event.event !== 'step' || !kept.includes(event.step)) continue;
    await save(String(event.step));
    snapshots.push({ step: event.step, kind: 'kept' });
  }
  const last = await save('last');
  snapshots.push({ step: last.state.step, kind: 'last' });
  return { language: 'en', runs: [recordOf('small', last, 'small.json', snapshots)], models };
}

/** Writes the page as one file. */
export function writePage(file: string, embedded: Embedded): string {
  const [script, style] = ['live.js', 'live.css'].map((name) =>
    readFileSync(join(ROOT, 'dist/client', name), 'utf8'),
  );
  writeFileSync(file, exportedPage(embedded, { script: script!, style: style! }));
  return file;
}
