// Does the advised seq-length hold? A pilot with a long window is inspected; then models train with half of the advised
// window, with all of it and with twice as much, several seeds each, every update reading equally many characters. Prints
// a Markdown table of the best validation loss in bits per character.
//
//   node bench/seq-length.js [TEXT] [CELL] [STEPS] [SEEDS]        node bench/seq-length.js corpora/tiny.txt rnn 1000 3

import {
  completeConfig,
  createKernels,
  inspectGradients,
  nextUpdate,
  planTraining,
  readCorpus,
  Trainer,
  trainSchema,
} from '../dist/lib/core.js';
import { markdown } from './tools.js';

const [text = 'corpora/tiny.txt', cell = 'rnn', steps = '1000', seeds = '3'] = process.argv.slice(2);
const [HIDDEN, PILOT, CHARACTERS] = [64, 100, 1600];
const corpus = await readCorpus([text], { unit: 'codepoint', encoding: 'utf-8', invalid: 'error' });
const kernels = createKernels('auto');

function train(seqLength, rngSeed) {
  const batchSize = Math.max(1, Math.round(CHARACTERS / seqLength));
  const settings = { cell, hidden: HIDDEN, seqLength, batchSize, rngSeed, evalEvery: 100, sampleEvery: 0 };
  const config = completeConfig(
    trainSchema.parse({
      ...settings,
      learningRate: 0.002,
      schedule: 'constant',
      patience: 0,
      steps: Number(steps),
    }),
  );
  const trainer = new Trainer(planTraining(config, corpus), kernels);
  let best = Number.POSITIVE_INFINITY;
  for (const event of trainer.run())
    if (event.event === 'evaluate') best = Math.min(best, event.validationBpc);
  return { best, checkpoint: trainer.snapshot() };
}

const pilot = train(PILOT, 1);
const options = { lags: 2 * PILOT, anchors: 256, check: false, rngSeed: 1, nextUpdate };
const found = inspectGradients(pilot.checkpoint, pilot.checkpoint.excerpt, 'excerpt', options);
const { recommendedSeqLength: advised, truncationBias } = found;
if (advised === null) throw new Error('the gradient does not decay: no seq-length is advised');
const rows = [1 / 4, 1 / 2, 1, 2, 4].map((factor) => {
  const steps = Math.max(1, Math.round(advised * factor));
  const losses = Array.from({ length: Number(seeds) }, (_, i) => train(steps, i + 1).best);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const spread = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1));
  const bias = truncationBias[steps - 1]?.bias;
  return [
    `${factor} x advised = ${steps}`,
    bias?.toPrecision(2) ?? '',
    `${mean.toFixed(3)} ± ${spread.toFixed(3)}`,
    losses.map((loss) => loss.toFixed(3)).join(', '),
  ];
});
process.stdout.write(
  `${cell}, ${HIDDEN} units, ${text}, ${steps} updates of ${CHARACTERS} characters\n\n${markdown(['window', 'truncation bias', 'validation bpc', 'seeds'], rows)}\n`,
);
process.exit(0);
