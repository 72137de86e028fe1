// How speed grows with threads, and time and memory with each size; adds tables to RESULTS.md.
//   node bench/scaling.js [SECONDS [PART…]]     parts: threads (PYTHON=… names a Python with torch), sizes, reading
import { availableParallelism } from 'node:os';
import { grouped, markdown, measure, python, record } from './tools.js';

const seconds = Number(process.argv[2] ?? 2);
const asked = process.argv.slice(3);
const CORES = availableParallelism();
const V = 65;

const ours = (cell, H, B, T, L, threads, vocabulary = V) =>
  measure(process.execPath, ['ours.js', cell, H, B, T, L, threads, 'auto', seconds, vocabulary].map(String));
const torch = (...row) => measure(python, ['peers/torch_rnn.py', ...row, seconds].map(String));

/** Beside PyTorch, on 1, 2, 4, … threads up to all cores. */
function threadsTable() {
  const counts = [...new Set([1, 2, 4, 8, 16, 32, CORES])]
    .filter((count) => count <= CORES)
    .sort((a, b) => a - b);
  const rows = [
    ['rnn', 128, 50, 50, 1],
    ['rnn', 512, 50, 50, 1],
    ['rnn', 512, 128, 64, 2],
    ['lstm', 512, 50, 50, 1],
    ['lstm', 384, 64, 128, 2],
  ].map((row) => {
    const rates = (contestant) => counts.map((count) => contestant(...row, count)?.value ?? 0);
    const [mine, theirs] = [rates(ours), rates(torch)];
    const [best, peer] = [Math.max(...mine), Math.max(...theirs)];
    const list = (values) => values.map(grouped).join(' / ');
    process.stderr.write(`${row.join(' ')}: ours ${list(mine)}, PyTorch ${list(theirs)}\n`);
    return [
      row.join(' '),
      list(mine),
      peer > 0 ? list(theirs) : '-',
      peer > 0 ? (best / peer).toFixed(2) : '-',
    ];
  });
  const by = counts.join(' / ');
  return `Characters a second by threads.

${markdown(['cell H B T L', `ours, ${by} threads`, `PyTorch, ${by} threads`, 'best / best'], rows)}`;
}

/** One size changes, the others stay. */
function sizesTable() {
  const BASE = { H: 128, B: 50, T: 50, L: 1, V };
  const RANGES = {
    H: [64, 128, 256, 512, 1024],
    B: [1, 10, 50, 100, 200],
    T: [10, 25, 50, 100, 200, 400],
    L: [1, 2, 3, 4],
    V: [30, 65, 300, 1000, 5000],
  };
  const rows = Object.entries(RANGES).flatMap(([name, values]) =>
    values.map((value) => {
      const size = { ...BASE, [name]: value };
      const measured = ours('rnn', size.H, size.B, size.T, size.L, CORES, size.V);
      const milliseconds = (1000 * size.B * size.T) / measured.value;
      process.stderr.write(`${name} = ${value}\n`);
      return [
        `${name} = ${value}`,
        grouped(measured.value),
        milliseconds.toFixed(2),
        measured.name.split(' ')[1],
      ];
    }),
  );
  return `One size changes, the others stay at H 128, B 50, T 50, L 1, V 65; ${CORES} threads.

${markdown(['size', 'characters/s', 'ms a step', 'peak memory, MiB'], rows)}`;
}

function readingTable() {
  const rows = [1, 10, 100, 1000].map((megabytes) => {
    const { value, name } = measure(process.execPath, ['reading.js', String(megabytes)]);
    return [`${grouped(megabytes)} MB`, value.toFixed(2), name.split(' ')[1]];
  });
  return `From a file on disk to the first training step, H 128:

${markdown(['text', 'seconds', 'peak memory, MiB'], rows)}`;
}

const PARTS = { threads: threadsTable, sizes: sizesTable, reading: readingTable };
const text = Object.keys(PARTS)
  .filter((part) => asked.length === 0 || asked.includes(part))
  .map((part) => PARTS[part]())
  .join('\n\n');
process.stdout.write(`${text}\n`);
record('scaling', text);
