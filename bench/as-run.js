// Whole processes, as a user runs them: `rnn train` beside the same run in PyTorch (same text, as many updates and
// evaluations), and beside itself with evaluation, saves and previews off. Medians over rounds; adds a table to RESULTS.md.
//   node bench/as-run.js [ROUNDS] [TEXT]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { markdown, median, python, record } from './tools.js';

const rounds = Number(process.argv[2] ?? 3);
const text = resolve(process.argv[3] ?? join(import.meta.dirname, '../corpora/tiny.txt'));
/** cell, H, B, T, L and updates */
const ROWS = [
  ['rnn', 100, 1, 25, 1, 20_000],
  ['rnn', 128, 50, 50, 1, 2000],
  ['rnn', 256, 50, 100, 2, 200],
  ['lstm', 128, 50, 50, 2, 200],
];
const EVALUATIONS = 2;
const OFF = '--eval-every 1000000000 --save-every 1000000000 --sample-every 0 --validation-fraction 0'.split(
  ' ',
);

/** Seconds of a process; undefined where it fails. */
function seconds(command, args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: import.meta.dirname });
  if (status === 0) return (performance.now() - start) / 1000;
  process.stderr.write(
    `without ${command} ${args[0]}: ${stderr?.trim().split('\n').at(-1) ?? 'not there'}\n`,
  );
  return undefined;
}

/** Seconds of a run of ours: of the whole process, and from its first step to its end. */
async function timed(args) {
  const start = performance.now();
  const run = spawn(process.execPath, [...args, '--json'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const times = {};
  for await (const line of createInterface(run.stdout)) times[JSON.parse(line).event] ??= performance.now();
  return { process: (performance.now() - start) / 1000, training: (times.done - times.start) / 1000 };
}

async function ours([cell, H, B, T, L, updates], more) {
  const out = mkdtempSync(join(tmpdir(), 'rnn-bench-'));
  const sizes = { cell, hidden: H, 'batch-size': B, 'seq-length': T, layers: L, steps: updates, epochs: 1e6 };
  const flags = Object.entries({ ...sizes, schedule: 'cosine', out }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  try {
    return await timed(['../bin/rnn.js', 'train', text, ...flags, ...more]);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function torch([cell, H, B, T, L, updates]) {
  const flags = { batch: B, steps: T, updates, 'eval-every': updates / EVALUATIONS };
  const args = [
    text,
    cell,
    H,
    L,
    1,
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
  ];
  return seconds(python, ['peers/torch_train.py', ...args.map(String)]);
}

const measured = ROWS.map(() => ({ default: [], off: [], same: [], torch: [] }));
for (let round = 0; round < rounds; round++) {
  for (const [i, row] of ROWS.entries()) {
    const every = ['--eval-every', String(row[5] / EVALUATIONS), '--validation-fraction', '0.1'];
    measured[i].default.push((await ours(row, [])).training);
    measured[i].off.push((await ours(row, OFF)).training);
    measured[i].same.push((await ours(row, every)).process);
    measured[i].torch.push(torch(row));
    process.stderr.write(`round ${round + 1}/${rounds}: ${row.join(' ')}\n`);
  }
}
const middle = (values) => (values.includes(undefined) ? undefined : median(values));
const shown = (value) => value?.toFixed(2) ?? '-';
const ratio = (a, b) => (a && b ? (a / b).toFixed(2) : '-');
const table = ROWS.map((row, i) => {
  const [all, off, same, peer] = ['default', 'off', 'same', 'torch'].map((name) => middle(measured[i][name]));
  return [
    row.join(' '),
    shown(off),
    shown(all),
    ratio(off, all),
    shown(same),
    shown(peer),
    ratio(peer, same),
  ];
});
const header = [
  'cell H B T L, updates',
  'from the first step, nothing beside training, s',
  'all defaults, s',
  'speed kept',
  `${EVALUATIONS} evaluations, s`,
  'PyTorch, s',
  'PyTorch / ours',
];
const result = `Medians of ${rounds} rounds; whole processes with ${EVALUATIONS} evaluations beside PyTorch.\n\n${markdown(header, table)}`;
process.stdout.write(`${result}\n`);
record('as a user runs it', result);
