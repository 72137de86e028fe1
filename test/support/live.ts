import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Checkpoint, serialize } from '../../src/checkpoint/index.ts';
import type { PartialConfig } from '../../src/config/index.ts';
import { baselines } from '../../src/corpus/index.ts';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import type { Embedded, Preview, RunRecord, Snapshot } from '../../src/live/protocol.ts';
import { scriptData } from '../../src/report/page/document.ts';
import { planTraining, Trainer } from '../../src/train/index.ts';
import { configOf, readString } from './models.ts';

/** A run as the live page is told of it, with the checkpoints that it can load. */
export interface Recorded {
  run: RunRecord;
  models: Embedded['models'];
}

/**
 * Trains and keeps what a live page shows.
 * @param keepEvery steps between snapshots
 */
export async function recordRun(
  id: string,
  text: string,
  settings: PartialConfig,
  keepEvery: number,
): Promise<Recorded> {
  const corpus = await readString(text, {});
  const plan = planTraining(configOf(settings), corpus);
  const trainer = new Trainer(plan, new ReferenceKernels());
  const V = corpus.vocabulary.size;
  const levels = baselines(plan.train, plan.validation, V);
  const run: RunRecord = {
    id,
    checkpoint: `checkpoints/${id}.json`,
    settings: { ...plan.config },
    parameters: plan.parameters,
    steps: trainer.steps,
    stepsPerEpoch: plan.streams.windows,
    charactersPerStep: plan.config.batchSize * plan.config.seqLength,
    startStep: 0,
    step: 0,
    levels: (['uniform', 'unigram', 'bigram', 'fivegram'] as const).map((name) => ({
      name,
      bpc: levels[name],
    })),
    columns: { step: [], bpc: [], learningRate: [], gradientNorm: [], clipRate: [] },
    history: [],
    previews: [],
    flow: [],
    rateChanges: [],
    snapshots: [],
    seconds: 75,
    charactersPerSecond: 43_210,
    status: { kind: 'finished', message: null },
  };
  const models: Embedded['models'] = {};
  const keep = (snapshot: Snapshot, checkpoint: Checkpoint) => {
    const { kind, step } = snapshot;
    run.snapshots = [...run.snapshots.filter((other) => kind === 'kept' || other.kind !== kind), snapshot];
    models[`${id}/${kind === 'kept' ? step : kind}`] = gzipSync(serialize(checkpoint)).toString('base64');
  };
  for (const event of trainer.run()) {
    if (event.event === 'step') {
      run.step = event.step;
      run.columns.step.push(event.step);
      run.columns.bpc.push(event.bpc);
      run.columns.learningRate.push(trainer.learningRate);
      run.columns.gradientNorm.push(event.gradientNorm);
      run.columns.clipRate.push(event.clipped ? 1 : 0);
      if (event.step % keepEvery === 0) keep({ step: event.step, kind: 'kept' }, trainer.snapshot());
    } else if (event.event === 'evaluate') {
      const { event: _, epoch, best, ...row } = event;
      run.history.push(row);
    } else if (event.event === 'sample') run.previews.push(previewOf(trainer, event, plan.train));
    else if (event.event === 'inspect') {
      const { event: _, ...row } = event;
      run.flow.push(row);
    } else if (event.event === 'save') keep({ step: event.step, kind: event.kind }, event.checkpoint);
  }
  return { run, models };
}

/** Of fewer characters a stretch says nothing. */
const SHORTEST_COPY = 20;

function previewOf(
  trainer: Trainer,
  { step, text }: { step: number; text: string },
  train: ArrayLike<number>,
): Preview {
  return { step, text, copied: copiedIn(text, trainer, train) };
}

/** Stretches that stand in the text, found the slow way. */
function copiedIn(text: string, { vocabulary }: Trainer, train: ArrayLike<number>): [number, number][] {
  const corpus = vocabulary.decode(train);
  const characters = [...text];
  const found: [number, number][] = [];
  for (let from = 0; from < characters.length; ) {
    let to = from;
    while (to < characters.length && corpus.includes(characters.slice(from, to + 1).join(''))) to++;
    if (to - from >= SHORTEST_COPY) found.push([from, to]);
    from = to - from >= SHORTEST_COPY ? to : from + 1;
  }
  return found;
}

const built = (name: string): string =>
  readFileSync(new URL(`../../dist/client/${name}`, import.meta.url), 'utf8');

/** The live page as one file, with the runs in it. */
export function livePage(recorded: readonly Recorded[], language: Embedded['language'] = 'en'): string {
  const embedded: Embedded = {
    language,
    runs: recorded.map(({ run }) => run),
    models: Object.assign({}, ...recorded.map(({ models }) => models)),
  };
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>rnn</title>
<style>${built('live.css')}</style>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="embedded">${scriptData(embedded)}</script>
<script type="module">${built('live.js').replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
