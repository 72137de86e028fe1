// Where the time of a training step goes, kernel by kernel, on one thread and on all: adds a table to RESULTS.md.
//   node bench/step-time.js [SECONDS] [CELL H B T L]
// The first thread is watched. "waiting, JavaScript" is what is left: barriers, calls, and what no kernel computes.
import { availableParallelism } from 'node:os';
import { createKernels } from '../dist/lib/core.js';
import { grouped, markdown, record } from './tools.js';
import { trainingSteps } from './training.js';

const seconds = Number(process.argv[2] ?? 2);
const one = process.argv.slice(3);
const ROWS =
  one.length > 0
    ? [[one[0], ...one.slice(1).map(Number)]]
    : [
        ['rnn', 100, 1, 25, 1],
        ['rnn', 128, 50, 50, 1],
        ['rnn', 256, 50, 50, 1],
        ['rnn', 512, 50, 50, 1],
        ['lstm', 128, 50, 50, 2],
        ['lstm', 512, 50, 50, 1],
      ];
const V = 65;
const PARTS = {
  'Whh·h, Wx·x': ['linear'],
  Whhᵀ·dz: ['linearInputGradient'],
  'Why·h and its gradients': ['output'],
  dW: ['linearWeightGradient'],
  'gates, tanh': [
    'tanh',
    'tanhGradient',
    'relu',
    'reluGradient',
    'lstmGates',
    'lstmGatesGradient',
    'gruGates',
    'gruGatesGradient',
  ],
  'one-hot, biases': ['oneHotLinear', 'oneHotWeightGradient', 'broadcastBias', 'biasGradient', 'add'],
  softmax: ['softmaxCrossEntropy'],
  packing: ['refresh'],
  'clipping, update': ['sumOfSquares', 'scale', 'clamp', 'rmsprop'],
};
/** The argument in which a product of the output layer shows by its V rows. */
const ROWS_OF = {
  linear: (args) => args[2].rows,
  linearInputGradient: (args) => args[2].rows,
  linearWeightGradient: (args) => args[4],
};

function stepTime(row, threads) {
  const spent = {};
  const timed = (name, call) => {
    const start = performance.now();
    const result = call();
    spent[name] = (spent[name] ?? 0) + performance.now() - start;
    return result;
  };
  const counted = new Set(Object.values(PARTS).flat());
  const kernels = new Proxy(createKernels('auto'), {
    get(target, property) {
      const value = target[property];
      if (typeof value !== 'function') return value;
      if (!counted.has(property)) return value.bind(target);
      return (...args) =>
        timed(ROWS_OF[property]?.(args) === V ? 'output' : property, () => value.apply(target, args));
    },
  });
  const { next, end } = trainingSteps(row, V, kernels, threads, ({ weights }) => {
    const refresh = weights.refresh.bind(weights);
    weights.refresh = (member) => timed('refresh', () => refresh(member));
  });
  for (const name of Object.keys(spent)) delete spent[name];
  let count = 0;
  const start = performance.now();
  for (; performance.now() - start < seconds * 1000; count++) next();
  const step = (performance.now() - start) / count;
  const parts = Object.values(PARTS).map(
    (names) => names.reduce((sum, name) => sum + (spent[name] ?? 0), 0) / count,
  );
  end();
  return [step, ...parts, step - parts.reduce((sum, part) => sum + part, 0)];
}

const counts = [...new Set([1, availableParallelism()])];
const rows = ROWS.flatMap((row) =>
  counts.map((threads) => [
    `${row.join(' ')}, ${threads} thread${threads > 1 ? 's' : ''}`,
    ...stepTime(row, threads).map((ms) => grouped(1000 * ms)),
  ]),
);
const text = `Microseconds of a step of the first thread (forward, back, clip 5, RMSprop; V = ${V}).

${markdown(['cell H B T L', 'step', ...Object.keys(PARTS), 'waiting, JavaScript'], rows)}`;
process.stdout.write(`${text}\n`);
record("where a step's time goes", text);
process.exit();
