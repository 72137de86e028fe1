// From which size of a text on does dropout help, and how much of it? Trains a preset, smaller where --hidden says so, on
// the first characters of a text, with each share of dropout; the held-out text is the same in all rows, the text's end.
// Prints a Markdown table of the best validation loss in bits per character.
//
//   node bench/dropout.js TEXT PRESET HIDDEN SIZES EPOCHS SHARES
//   node bench/dropout.js corpora/tiny.txt best-rnn 64 5000,20000 20 0,0.2

import {
  completeConfig,
  createKernels,
  PRESETS,
  planTraining,
  readCorpus,
  Trainer,
  trainSchema,
} from '../dist/lib/core.js';
import { grouped, markdown } from './tools.js';

const [
  text = 'corpora/tiny.txt',
  preset = 'best-rnn',
  hidden = '64',
  sizes = '5000,20000',
  epochs = '20',
  shares = '0,0.2',
] = process.argv.slice(2);
const HELD_OUT = 100_000;
const corpus = await readCorpus([text], { unit: 'codepoint', encoding: 'utf-8', invalid: 'error' });
const held = corpus.ids.subarray(-Math.min(HELD_OUT, Math.floor(corpus.ids.length / 10)));
const kernels = createKernels('auto');

function train(size, dropout) {
  const ids = Int32Array.from([...corpus.ids.subarray(0, size), ...held]);
  const config = completeConfig(
    trainSchema.parse({
      ...PRESETS[preset].settings,
      hidden: Number(hidden),
      epochs: Number(epochs),
      dropout,
      evalEvery: undefined,
      patience: 0,
      validationFraction: (held.length + 0.5) / ids.length,
      sampleEvery: 0,
    }),
  );
  const plan = planTraining(config, { ...corpus, ids });
  const trainer = new Trainer(plan, kernels, { kind: 'fresh' }, 1);
  let best = Number.POSITIVE_INFINITY;
  for (const event of trainer.run())
    if (event.event === 'evaluate' || event.event === 'done')
      best = Math.min(best, event.validationBpc ?? best);
  return { best, parameters: plan.parameters, steps: trainer.steps, trained: plan.train.length };
}

const rows = sizes.split(',').map((size) => {
  const runs = shares.split(',').map((share) => train(Number(size), Number(share)));
  const { parameters, steps, trained } = runs[0];
  process.stderr.write(`${trained} characters: ${runs.map(({ best }) => best.toFixed(3)).join(', ')}\n`);
  const sized = [trained, parameters, steps].map(grouped);
  return [...sized, (trained / parameters).toFixed(2), ...runs.map(({ best }) => best.toFixed(3))];
});
const header = [
  'characters',
  'parameters',
  'updates',
  'characters a parameter',
  ...shares.split(',').map((p) => `dropout ${p}`),
];
process.stdout.write(`${preset}, ${hidden} units, ${epochs} epochs, ${text}\n\n${markdown(header, rows)}\n`);
process.exit(0);
