// How does the gradient flow in different cells and from different starts, before and after training? Trains each on one
// text and inspects it, in float64; prints a Markdown table.
//
//   node bench/gradient-flow.js [TEXT] [STEPS]          node bench/gradient-flow.js corpora/tiny.txt 400

import {
  completeConfig,
  createKernels,
  inspectGradients,
  nextUpdate,
  planTraining,
  readCorpus,
  Trainer,
  trainSchema,
} from '../dist/lib/index.js';

const [text = 'corpora/tiny.txt', steps = '400'] = process.argv.slice(2);
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
  '| model | | verdict | kept over 50 steps | x a step | λ_max | validation bpc |\n| --- | --- | --- | --: | --: | --: | --: |\n',
);
for (const [name, model] of Object.entries(MODELS)) {
  const settings = {
    hidden: 64,
    seqLength: 50,
    batchSize: 16,
    evalEvery: Number(steps),
    sampleEvery: 0,
    ...model,
  };
  const config = completeConfig(
    trainSchema.parse({ ...settings, learningRate: 0.002, schedule: 'constant', steps: Number(steps) }),
  );
  const trainer = new Trainer(planTraining(config, corpus), kernels);
  row(name, 'start', trainer.snapshot());
  let bpc;
  for (const event of trainer.run()) if (event.event === 'evaluate') bpc = event.validationBpc;
  row('', `step ${steps}`, trainer.snapshot(), bpc);
}
process.exit(0);

function row(name, when, checkpoint, bpc) {
  const options = { lags: 100, anchors: 64, check: false, rngSeed: 1, nextUpdate };
  const found = inspectGradients(checkpoint, checkpoint.excerpt, 'excerpt', options);
  const kept = (found.lags[50].median / found.lags[0].median).toPrecision(2);
  process.stdout.write(
    `| ${name} | ${when} | ${found.verdict.kind} | ${kept} | ${found.decayPerStep.toFixed(3)} | ${found.lyapunov[0].toFixed(3)} | ${bpc?.toFixed(3) ?? ''} |\n`,
  );
}
