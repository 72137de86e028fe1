// How time and memory grow with each size, the others as in the first row; adds a table to RESULTS.md.
//   node bench/scaling.js [SECONDS]
import { availableParallelism } from 'node:os';
import { grouped, markdown, measure, record } from './tools.js';

const seconds = Number(process.argv[2] ?? 2);
const BASE = { H: 128, B: 50, T: 50, L: 1, V: 65 };
const RANGES = {
  H: [64, 128, 256, 512, 1024],
  B: [1, 10, 50, 100, 200],
  T: [10, 25, 50, 100, 200, 400],
  L: [1, 2, 3, 4],
  V: [30, 65, 300, 1000, 5000],
};

const rows = Object.entries(RANGES).flatMap(([name, values]) =>
  values.map((value) => {
    const { H, B, T, L, V } = { ...BASE, [name]: value };
    const row = ['rnn', H, B, T, L, availableParallelism(), 'auto', seconds, V].map(String);
    const measured = measure(process.execPath, ['ours.js', ...row]);
    const milliseconds = (1000 * B * T) / measured.value;
    process.stderr.write(`${name} = ${value}\n`);
    return [
      `${name} = ${value}`,
      grouped(measured.value),
      milliseconds.toFixed(2),
      measured.name.split(' ')[1],
    ];
  }),
);
const reading = [1, 10, 100, 1000].map((megabytes) => {
  const { value, name } = measure(process.execPath, ['reading.js', String(megabytes)]);
  return [`${grouped(megabytes)} MB`, value.toFixed(2), name.split(' ')[1]];
});
const text = `One size changes, the others stay at H 128, B 50, T 50, L 1, V 65; ${availableParallelism()} threads.

${markdown(['size', 'characters/s', 'ms a step', 'peak memory, MiB'], rows)}

From a file on disk to the first training step, H 128:

${markdown(['text', 'seconds', 'peak memory, MiB'], reading)}`;
process.stdout.write(`${text}\n`);
record('scaling', text);
