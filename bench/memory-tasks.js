// At which lag does a cell forget? Trains each cell on a memory task of growing lag, with several seeds, until less than
// one answer in a hundred is wrong (an error below 1 %, as Pascanu, Mikolov & Bengio 2013 count success), of questions that
// are new at each look, or its steps are used up; prints a Markdown table and one line of progress a run.
//
//   node bench/memory-tasks.js [TASK] [LAGS] [SEEDS] [STEPS]       node bench/memory-tasks.js recall 10,20,30 3 6000

import { Readable } from 'node:stream';
import {
  completeConfig,
  createKernels,
  createRandom,
  findAnswers,
  planTraining,
  readCorpus,
  scoring,
  Trainer,
  taskLines,
  trainSchema,
} from '../dist/lib/core.js';

const [task = 'recall', lags = '10,20,30', seeds = '3', steps = '6000'] = process.argv.slice(2);
const [HIDDEN, BATCH, QUESTIONS, MOST_WRONG] = [64, 32, 500, 0.01];
/** Of 0.005 and 0.01, with which a cell passes recall at lag 20 more often. */
const RATES = { rnn: 0.005, lstm: 0.01, gru: 0.005 };
const kernels = createKernels('auto');

const textOf = (lag, lines, seed) => [...taskLines(task, lag, lines, createRandom(seed, task))].join('');

/** Share of the questions in a text whose whole answer is right. */
function accuracy({ vocabulary, learned }, text) {
  const { ids } = vocabulary.encode(text);
  const answers = findAnswers(ids, vocabulary.encode('=').ids, (id) => vocabulary.unitAt(id) === '\n');
  const work = scoring([learned], ids, answers, kernels);
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value.right / next.value.asked;
}

const passes = (share) => 1 - share < MOST_WRONG;

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
  const trainer = new Trainer(planTraining(config, corpus), kernels);
  let [best, step] = [0, 0];
  for (const event of trainer.run()) {
    if (event.event !== 'evaluate') continue;
    step = event.step;
    best = Math.max(best, accuracy(trainer, textOf(lag, QUESTIONS, `${seed}/test/${step}`)));
    if (passes(best)) trainer.stop();
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
    const passed = runs.filter(({ best }) => passes(best));
    const shown = runs.map(({ best, step }) =>
      passes(best) ? `step ${step}` : `${Math.round(100 * best)} %`,
    );
    cells.push(`${passed.length} of ${runs.length} (${shown.join(', ')})`);
  }
  process.stdout.write(`| ${lag} | ${cells.join(' | ')} |\n`);
}
process.exit(0);
