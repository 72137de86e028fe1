// How does the gradient flow in different cells and from different starts, before and after training? Trains each on one
// text and inspects it, in float64; prints a Markdown table.
//
//   node bench/gradient-flow.js [TEXT] [STEPS]          node bench/gradient-flow.js corpora/tiny.txt 400
//   node bench/gradient-flow.js corpora/tiny.txt 0 lstm   0 steps: models as they start; here those with lstm in their name

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

const [text = 'corpora/tiny.txt', steps = '400', part = ''] = process.argv.slice(2);
const MODELS = {
  'rnn, Whh starts small (`--init-gain 0.2`)': { cell: 'rnn', initGain: 0.2 },
  'rnn, uniform (the default)': { cell: 'rnn' },
  'rnn, orthogonal': { cell: 'rnn', init: 'orthogonal' },
  'rnn, 3 times orthogonal (`--init-gain 3`)': { cell: 'rnn', init: 'orthogonal', initGain: 3 },
  gru: { cell: 'gru' },
  'lstm, forget bias 0': { cell: 'lstm', forgetBias: 0 },
  'lstm, forget bias 1 (the default)': { cell: 'lstm' },
};

const corpus = await readCorpus([text], { unit: 'codepoint', encoding: 'utf-8', invalid: 'error' });
const kernels = createKernels('auto');
process.stdout.write(
  '| model | step | can gradients travel? | slowest direction over 50 steps | λ₁ | of one loss left 50 back | validation bpc |\n| --- | --: | --- | --: | --: | --: | --: |\n',
);
for (const [name, model] of Object.entries(MODELS).filter(([name]) => name.includes(part))) {
  const settings = {
    hidden: 64,
    seqLength: 50,
    batchSize: 16,
    evalEvery: Math.max(1, Number(steps)),
    sampleEvery: 0,
    ...model,
  };
  const config = completeConfig(
    trainSchema.parse({
      ...settings,
      learningRate: 0.002,
      schedule: 'constant',
      steps: Math.max(1, Number(steps)),
    }),
  );
  const trainer = new Trainer(planTraining(config, corpus), kernels);
  row(name, 0, trainer.snapshot());
  if (Number(steps) === 0) continue;
  let bpc;
  for (const event of trainer.run()) if (event.event === 'evaluate') bpc = event.validationBpc;
  row('', steps, trainer.snapshot(), bpc);
}
process.exit(0);

function row(name, step, checkpoint, bpc) {
  const options = { lags: 50, anchors: 64, check: false, rngSeed: 1, nextUpdate };
  const { answers, carried, lags, lyapunov } = inspectGradients(
    checkpoint,
    checkpoint.excerpt,
    'excerpt',
    options,
  );
  const sorted = carried.factors.toSorted((a, b) => a - b).map((factor) => factor.toPrecision(2));
  const kept = (lags[50].median / lags[0].median).toPrecision(2);
  process.stdout.write(
    `| ${name} | ${step} | ${answers.travel.kind} | ${sorted[0]} to ${sorted.at(-1)} | ${lyapunov[0].toFixed(3)} | ${kept} | ${bpc?.toFixed(3) ?? ''} |\n`,
  );
}
