// Training speed beside other libraries: the same work as PyTorch (peers/ says where the others differ), in turns, medians
// over rounds. Adds its tables to RESULTS.md.
//   npm run bench            all peers that are installed (PYTHON=… names a Python with torch and numpy;
//                            `npm install` in bench/ brings the JavaScript libraries)
//   npm run bench -- 1 1     one round of one second each, for a first look
//   npm run bench -- 5 3 lstm gru    these cells only
import { availableParallelism } from 'node:os';
import { grouped, markdown, measure, median, python, record } from './tools.js';

const [rounds, seconds] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 3)];
const threads = Math.min(2, availableParallelism());
const V = 65;
/** cell, H, B, T, L, and the ratio to PyTorch that we promise for native kernels */
const ROWS = chosen([
  ['rnn', 100, 1, 25, 1, 8],
  ['rnn', 128, 50, 50, 1, 2.2],
  ['rnn', 128, 50, 50, 2, 2.0],
  ['rnn', 256, 50, 50, 1, 1.7],
  ['rnn', 512, 50, 50, 1, 1.4],
  ['rnn', 512, 128, 64, 2, 1.1],
  ['lstm', 128, 50, 50, 2, 1.3],
  ['lstm', 512, 50, 50, 1, 1.1],
  ['gru', 256, 50, 50, 1, 1.3],
]);

function chosen(rows) {
  const cells = process.argv.slice(4);
  return cells.length > 0 ? rows.filter(([cell]) => cells.includes(cell)) : rows;
}

/** Multiply-adds of a character, forward and back, times two: one-hot products are gathers and count nothing. */
function flops([cell, H, , , L]) {
  const gates = { rnn: 1, lstm: 4, gru: 3 }[cell];
  return 6 * (gates * H * H * (2 * L - 1) + H * V);
}

function contestants([cell, H, B, T, L]) {
  const ours = (backend, count) => () =>
    measure(process.execPath, ['ours.js', cell, H, B, T, L, count, backend, seconds].map(String));
  const torch = (count) => () =>
    measure(python, ['peers/torch_rnn.py', cell, H, B, T, L, count, seconds].map(String));
  const list = {};
  // with more threads or without, as our own choice of threads finds it
  for (const count of new Set([1, threads])) {
    for (const backend of ['native', 'wasm']) list[`${backend} ${count}`] = ours(backend, count);
    list[`torch ${count}`] = torch(count);
  }
  if (cell === 'rnn' && H <= 128 && L === 1) {
    list['tfjs wasm'] = () =>
      measure(process.execPath, ['peers/tfjs.js', H, B, T, L, 'wasm', seconds].map(String));
  }
  if (B === 1) {
    list.numpy = () => measure(python, ['peers/min_char_rnn.py', H, T, seconds].map(String));
    list['brain.js'] = () => measure(process.execPath, ['peers/brain.js', H, T, seconds].map(String));
  }
  return list;
}

const peaks = [];
const results = ROWS.map(() => ({}));
const names = {};
for (let round = 0; round < rounds; round++) {
  const peak = measure(python, ['peers/peak.py', String(threads)]);
  if (peak) peaks.push(peak.value);
  ROWS.forEach((row, i) => {
    for (const [name, run] of Object.entries(contestants(row))) {
      const measured = run();
      if (!measured) continue;
      names[name] = measured.name.replace(/ \d+$/, '');
      results[i][name] = [...(results[i][name] ?? []), measured.value];
    }
    process.stderr.write(`round ${round + 1}/${rounds}: ${row.slice(0, 5).join(' ')}\n`);
  });
}

const peak = peaks.length > 0 ? median(peaks) : undefined;
const header = [
  'cell H B T L',
  'native',
  'wasm',
  'PyTorch, best',
  'native / PyTorch',
  'goal',
  'wasm / PyTorch',
  'share of peak',
  'others',
];
const table = ROWS.map((row, i) => {
  const rates = Object.fromEntries(
    Object.entries(results[i]).map(([name, values]) => [name, median(values)]),
  );
  const best = (name) => Math.max(rates[`${name} 1`] ?? 0, rates[`${name} ${threads}`] ?? 0);
  const [native, wasm, torch] = ['native', 'wasm', 'torch'].map(best);
  const ratio = (ours) => (ours && torch ? (ours / torch).toFixed(2) : '-');
  const others = ['numpy', 'brain.js', 'tfjs wasm'].filter((name) => rates[name]);
  return [
    row.slice(0, 5).join(' '),
    native ? grouped(native) : '-',
    wasm ? grouped(wasm) : '-',
    torch ? grouped(torch) : '-',
    ratio(native),
    `≥ ${row[5]}`,
    ratio(wasm),
    native && peak ? `${Math.round((native * flops(row)) / peak / 1e7)} %` : '-',
    others.map((name) => `${name} ${grouped(rates[name])}`).join(', '),
  ];
});
const versions = [...new Set(Object.values(names).filter(Boolean))].join(', ');
const text = `Characters per second of whole training steps (clip 5, RMSprop, V = ${V}; numpy Adagrad, TensorFlow.js without clipping), the better of 1 and ${threads} threads, medians of ${rounds} rounds; ${versions}; \
peak of large matrix products ${peak ? `${peak.toFixed(0)} GFLOP/s` : 'not measured'}.

${markdown(header, table)}`;
process.stdout.write(`${text}\n`);
record('beside other libraries', text);
