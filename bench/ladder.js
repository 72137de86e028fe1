// What do the inspector's three answers say of models whose memory is known? Trains small models and prints, beside the
// share of right answers and the held-out loss, what `inspect-gradients` finds; then every row that a claim does not hold for.
//
//   node bench/ladder.js recall [LAGS] [SEEDS] [STEPS]    each cell, windows of four lines and of half a lag: recall at a lag
//   node bench/ladder.js prose [TEXT] [STEPS]             each cell on prose, as it starts and as it ends
//   node bench/ladder.js overfit [TEXT] [STEPS]           ten states of one run that learns its text by heart

import { Readable } from 'node:stream';
import {
  compareFacts,
  completeConfig,
  createKernels,
  createRandom,
  evaluate,
  findAnswers,
  inspectGradients,
  nextUpdate,
  planTraining,
  readCorpus,
  scoring,
  Trainer,
  taskLines,
  trainSchema,
} from '../dist/lib/core.js';
import { markdown } from './tools.js';

const [ladder = 'recall', ...rest] = process.argv.slice(2);
const CELLS = ['rnn', 'gru', 'lstm'];
const HIDDEN = 32;
const kernels = createKernels('auto');
const reading = { unit: 'codepoint', encoding: 'utf-8', invalid: 'error' };

const corpusOf = (text) => readCorpus(['-'], { ...reading, stdin: Readable.from([Buffer.from(text)]) });
const finish = (work) => {
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value;
};

/** A run of these settings; `look` is called every so many steps and ends it by saying so. @returns its trainer */
function train(corpus, settings, every = Number.POSITIVE_INFINITY, look = () => false) {
  const fixed = {
    hidden: HIDDEN,
    patience: 0,
    sampleEvery: 0,
    saveEvery: 1e12,
    evalEvery: 1e12,
    epochs: 1e6,
  };
  const config = completeConfig(trainSchema.parse({ ...fixed, ...settings }));
  const trainer = new Trainer(planTraining(config, corpus), kernels, { kind: 'fresh' }, 1);
  for (const event of trainer.run())
    if (event.event === 'step' && event.step % every === 0 && look(trainer)) trainer.stop();
  return trainer;
}

const inspect = (checkpoint, ids, lags, asked) =>
  inspectGradients(checkpoint, ids, 'text', {
    lags,
    anchors: 32,
    check: false,
    rngSeed: 1,
    nextUpdate,
    asked,
  });

/** A number to two digits. */
const short = (x) =>
  x === 0 || (x >= 1e-3 && x < 1e4) ? String(Number(x.toPrecision(2))) : x.toExponential(0);
const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** The three answers in a few words. */
function summary({ answers, carried, lags, seqLength, horizon, recommendedSeqLength: advised }) {
  const { usedBeyond, contextHorizon } = horizon.replaced;
  const window = Math.min(seqLength, lags.length - 1);
  return {
    travel: `${answers.travel.kind} (${short(middle(carried.factors))})`,
    loss: short(lags[window].median / lags[0].median),
    advised: advised ?? '> all',
    past: `${answers.past.kind === 'yes' ? '' : `${answers.past.kind} `}${usedBeyond ?? 0} to ${contextHorizon ?? '?'}`,
  };
}
const HEAD = [
  'can gradients travel (over 50 steps)',
  'of one loss left a window back',
  'window advised',
  'past used',
];
const cellsOf = ({ travel, loss, advised, past }) => [travel, loss, advised, past];

const broken = [];
const claim = (holds, what) => holds || broken.push(what);

async function recall([lags = '5,12,20,40', seeds = '3', steps = '2000']) {
  const text = (lag, lines, seed) =>
    [...taskLines('recall', lag, lines, createRandom(seed, 'recall'))].join('');
  const rows = [];
  for (const lag of lags.split(',').map(Number)) {
    const models = [];
    for (const [window, seqLength, batchSize] of [
      ['four lines', 4 * (lag + 4), 32],
      ['half a lag', Math.ceil(lag / 2), 128],
    ])
      for (const cell of CELLS) {
        const runs = [];
        for (let rngSeed = 1; rngSeed <= Number(seeds); rngSeed++) {
          const corpus = await corpusOf(text(lag, Math.ceil(600_000 / lag), `${rngSeed}/train`));
          const { vocabulary } = corpus;
          const fresh = (lines, name) => vocabulary.encode(text(lag, lines, `${rngSeed}/${name}`)).ids;
          const answersOf = (ids) =>
            findAnswers(ids, vocabulary.encode('=').ids, (id) => vocabulary.unitAt(id) === '\n');
          let right = 0;
          const score = (trainer) => {
            const ids = fresh(300, trainer.step);
            const scored = finish(scoring([trainer.learned], ids, answersOf(ids), kernels));
            right = scored.right / scored.asked;
            return right > 0.99;
          };
          const settings = { cell, seqLength, batchSize, rngSeed, clipNorm: 1, schedule: 'linear' };
          const learningRate = cell === 'lstm' ? 0.02 : 0.01;
          const all = { ...settings, learningRate, validationFraction: 0, steps: Number(steps) };
          const trainer = train(corpus, all, 250, score);
          const ids = fresh(Math.ceil(4000 / (lag + 3)), 'inspect');
          const asked = { name: 'answers', answers: answersOf(ids) };
          const checkpoint = trainer.snapshot();
          const found = inspect(checkpoint, ids, 2 * (lag + 4), asked);
          const whole = rngSeed === 1 ? summary(inspect(checkpoint, ids, 2 * (lag + 4))).past : '';
          const known = found.horizon.replaced.rows.findLast(({ characters }) => characters <= lag + 1);
          const bpc = found.prediction.nats / Math.LN2;
          runs.push({ cell, window, rngSeed, right, bpc, found, known, whole });
          const told = { lag, window, cell, rngSeed, step: trainer.step, right, ...summary(found), whole };
          process.stderr.write(`${JSON.stringify({ ...told, past: found.answers.past.text })}\n`);
        }
        models.push(...runs);
        const several = (of) => runs.map(of).join('; ');
        rows.push([
          lag,
          cell,
          window,
          several(({ right }) => `${Math.round(100 * right)} %`),
          several(({ bpc }) => bpc.toFixed(2)),
          ...HEAD.map((_, i) => several(({ found }) => cellsOf(summary(found))[i])),
          several(
            ({ known: { characters, extraNats, low, high } }) =>
              `${extraNats.toFixed(2)} ± ${((high - low) / 2).toFixed(2)} (${characters})`,
          ),
          runs[0].whole,
        ]);
      }
    checkRecall(lag, models);
  }
  return markdown(
    [
      'lag',
      'cell',
      'window',
      'right answers',
      'held-out bpc',
      ...HEAD,
      'answers lose without what is older (than), nats',
      'past used by all characters, first seed',
    ],
    rows,
  );
}

/** That the third answer tells those that remember from those that do not. */
function checkRecall(lag, models) {
  const named = ({ cell, window, rngSeed, right }) =>
    `lag ${lag}, ${cell}, ${window}, seed ${rngSeed} (${Math.round(100 * right)} % right)`;
  const remember = models.filter(({ right }) => right > 0.99);
  const guess = models.filter(({ right }) => right < 0.3);
  for (const model of remember) {
    const { past } = model.found.answers;
    const { rows, usedBeyond, contextHorizon } = model.found.horizon.replaced;
    const least = rows.findLast(({ characters }) => characters <= lag + 1).characters;
    claim(past.kind === 'yes' && usedBeyond >= least, `${named(model)} remembers: ${past.text}`);
    claim(contextHorizon === null || contextHorizon > lag, `${named(model)} remembers: ${past.text}`);
    for (const other of guess) {
      claim(model.known.low > other.known.high, `${named(model)} loses no more than ${named(other)}`);
      const { more, text } = compareFacts([model.found, other.found], ['first', 'second']).past;
      claim(more === 0, `${named(model)}, ${named(other)}: ${text}`);
    }
  }
}

async function prose([file = 'corpora/tiny.txt', steps = '600']) {
  const corpus = await readCorpus([file], reading);
  const start = [];
  const rows = CELLS.flatMap((cell) => {
    const settings = { cell, seqLength: 50, batchSize: 16, schedule: 'cosine', learningRate: 0.01 };
    return ['1', steps].map((made) => {
      // a rate that changes nothing shows a model as it starts
      const rate = made === '1' ? { learningRate: 1e-38 } : {};
      const checkpoint = train(corpus, { ...settings, ...rate, steps: Number(made) }).snapshot();
      const found = inspect(checkpoint, checkpoint.excerpt, 100);
      if (made === '1') start.push(middle(found.carried.factors));
      return [
        cell,
        made === '1' ? 0 : made,
        (found.prediction.nats / Math.LN2).toFixed(2),
        ...cellsOf(summary(found)),
      ];
    });
  });
  claim(
    start[0] < start[1] && start[1] < start[2],
    `as they start, rnn, gru, lstm: ${start.map(short).join(', ')}`,
  );
  return markdown(['cell', 'step', 'held-out bpc', ...HEAD], rows);
}

async function overfit([file = 'corpora/tiny.txt', steps = '2000']) {
  const corpus = await readCorpus([file], reading);
  const settings = {
    cell: 'gru',
    hidden: 64,
    seqLength: 50,
    batchSize: 8,
    schedule: 'constant',
    learningRate: 0.01,
  };
  const rows = [];
  train(corpus, { ...settings, steps: Number(steps) }, Math.ceil(Number(steps) / 10), (trainer) => {
    const checkpoint = trainer.snapshot();
    const found = inspect(checkpoint, checkpoint.excerpt, 100);
    const cut = Math.floor(corpus.ids.length * 0.9);
    const [trained, held] = [corpus.ids.subarray(0, cut), corpus.ids.subarray(cut)].map((ids) => {
      const { nats, characters } = evaluate(trainer.learned, ids, kernels, 1);
      return (nats / characters / Math.LN2).toFixed(2);
    });
    rows.push([trainer.step, trained, held, ...cellsOf(summary(found))]);
    return false;
  });
  return markdown(['step', 'training bpc', 'held-out bpc', ...HEAD], rows);
}

const table = await { recall, prose, overfit }[ladder](rest);
process.stdout.write(`${table}\n`);
if (broken.length > 0)
  process.stdout.write(`\nDoes not hold:\n\n${broken.map((what) => `- ${what}\n`).join('')}`);
process.exit(broken.length > 0 ? 1 : 0);
