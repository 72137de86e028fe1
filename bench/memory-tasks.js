// At which lag does a cell forget? Trains each cell on a memory task of growing lag, with several seeds, until it answers
// 99 of 100 fresh questions (an error below 1 %, as Pascanu, Mikolov & Bengio 2013 count success) or its steps are used
// up; prints a Markdown table and one line of progress a run.
//
//   node bench/memory-tasks.js [TASK] [LAGS] [SEEDS] [STEPS]       node bench/memory-tasks.js recall 10,20,30 3 6000

import { Readable } from 'node:stream';
import {
  completeConfig,
  createKernels,
  createRandom,
  Network,
  planTraining,
  readCorpus,
  Trainer,
  taskLines,
  trainSchema,
} from '../dist/lib/core.js';

const [task = 'recall', lags = '10,20,30', seeds = '3', steps = '6000'] = process.argv.slice(2);
const [HIDDEN, BATCH, QUESTIONS, PASSED] = [64, 32, 400, 0.99];
/** Of 0.005 and 0.01, with which a cell passes recall at lag 20 more often. */
const RATES = { rnn: 0.005, lstm: 0.01, gru: 0.005 };
const kernels = createKernels('auto');

const textOf = (lag, lines, seed) => [...taskLines(task, lag, lines, createRandom(seed, task))].join('');

/** Share of answer characters (between "=" and the line's end) that are the most probable ones. */
function accuracy(trainer, text) {
  const { ids } = trainer.vocabulary.encode(text);
  const network = new Network(trainer.weights, kernels, { B: 1, T: 1, backward: false });
  let [asked, right, answering] = [0, 0, false];
  for (let i = 0; i + 1 < ids.length; i++) {
    network.ids[0] = ids[i];
    network.forward();
    network.carryState();
    answering = text[i] === '=' || (answering && text[i] !== '\n');
    if (!answering || text[i + 1] === '\n') continue;
    asked++;
    if (network.logits.indexOf(Math.max(...network.logits)) === ids[i + 1]) right++;
  }
  return right / asked;
}

async function run(cell, lag, seed) {
  const stdin = Readable.from([Buffer.from(textOf(lag, Math.ceil(1_500_000 / lag), `${seed}/train`))]);
  const corpus = await readCorpus(['-'], { unit: 'codepoint', encoding: 'utf-8', invalid: 'error', stdin });
  const config = completeConfig(
    trainSchema.parse({
      cell,
      hidden: HIDDEN,
      batchSize: BATCH,
      seqLength: 4 * (lag + 4),
      steps: Number(steps),
      epochs: 1e6,
      clipNorm: 1,
      learningRate: RATES[cell],
      schedule: 'linear',
      patience: 0,
      validationFraction: 0,
      evalEvery: 250,
      rngSeed: seed,
    }),
  );
  const questions = textOf(lag, QUESTIONS, `${seed}/test`);
  const trainer = new Trainer(planTraining(config, corpus), kernels);
  let [best, step] = [0, 0];
  for (const event of trainer.run()) {
    if (event.event !== 'evaluate') continue;
    best = Math.max(best, accuracy(trainer, questions));
    step = event.step;
    if (best >= PASSED) trainer.stop();
  }
  process.stderr.write(
    `${task} lag ${lag} ${cell} seed ${seed}: ${(100 * best).toFixed(1)} % by step ${step}\n`,
  );
  return { best, step };
}

process.stdout.write('| lag | rnn | lstm | gru |\n| --: | --- | --- | --- |\n');
for (const lag of lags.split(',').map(Number)) {
  const cells = [];
  for (const cell of ['rnn', 'lstm', 'gru']) {
    const runs = [];
    for (let seed = 1; seed <= Number(seeds); seed++) runs.push(await run(cell, lag, seed));
    const passed = runs.filter(({ best }) => best >= PASSED);
    const shown = runs.map(({ best, step }) =>
      best >= PASSED ? `step ${step}` : `${Math.round(100 * best)} %`,
    );
    cells.push(`${passed.length} of ${runs.length} (${shown.join(', ')})`);
  }
  process.stdout.write(`| ${lag} | ${cells.join(' | ')} |\n`);
}
process.exit(0);
