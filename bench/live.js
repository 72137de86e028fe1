// What the live page costs a run: `rnn train` with a page that follows it and fetches each model, and without one, in turns.
// Medians over rounds, with the time of processors and the peak of the process's memory; adds a table to RESULTS.md.
// On Linux. On a busy machine the time of processors says more than the rate.
//   node bench/live.js [ROUNDS] [SECONDS]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { grouped, markdown, median, record } from './tools.js';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 8);
const text = resolve(import.meta.dirname, '../corpora/tiny.txt');
/** cell, H, B, T, L and updates a second, about: the last row for its number of events */
const ROWS = [
  ['rnn', 128, 50, 50, 1, 300],
  ['lstm', 256, 50, 50, 1, 25],
  ['rnn', 8, 1, 5, 1, 12_500],
];

/** Runs once. @returns characters a second of the training, and megabytes of memory at most */
async function run([cell, H, B, T, L, perSecond], isOpen) {
  const out = mkdtempSync(join(tmpdir(), 'rnn-bench-'));
  const sizes = { cell, hidden: H, 'batch-size': B, 'seq-length': T, layers: L, threads: 1, patience: 0 };
  const flags = Object.entries({ ...sizes, steps: perSecond * seconds, epochs: 1e6, out }).flatMap(
    ([name, value]) => [`--${name}`, String(value)],
  );
  const child = spawn(
    process.execPath,
    ['../bin/rnn.js', 'train', text, ...flags, '--json', ...(isOpen ? ['--open'] : [])],
    { cwd: import.meta.dirname, env: { ...process.env, CI: '1' }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let result;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('{"event":"page"')) follow(JSON.parse(line).url);
    if (!line.startsWith('{"event":"done"')) continue;
    const { step, charactersPerSecond: rate } = JSON.parse(line);
    const [, peak] = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    const times = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const ticks = Number(times[11]) + Number(times[12]);
    result = { rate, ticks: ticks / step, megabytes: Number(peak) / 1024 };
  }
  rmSync(out, { recursive: true, force: true });
  return result;
}

/** What a page does: asks for the runs, hears what happens, and fetches each model that there is. */
async function follow(url) {
  try {
    const runs = await fetch(`${url}runs`);
    const [{ id }] = await runs.json();
    const { body } = await fetch(`${url}events?after=${runs.headers.get('event-id')}`);
    for await (const line of createInterface(body)) {
      if (!line.startsWith('data: [')) continue;
      for (const { add, snapshot } of JSON.parse(line.slice(6)))
        if (add === 'snapshot')
          fetch(`${url}model/${id}/${snapshot.kind === 'kept' ? snapshot.step : snapshot.kind}`)
            .then((answer) => answer.arrayBuffer())
            .catch(() => {});
    }
  } catch {
    // the run has ended
  }
}

const table = [];
for (const row of ROWS) {
  const [without, open] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // each is first in every other round
    for (const isOpen of round % 2 === 0 ? [false, true] : [true, false])
      (isOpen ? open : without).push(await run(row, isOpen));
  }
  const rates = [without, open].map((results) => median(results.map(({ rate }) => rate)));
  const memory = [without, open].map((results) => median(results.map(({ megabytes }) => megabytes)));
  const ratios = open.map(({ rate }, i) => rate / without[i].rate);
  const times = open.map(({ ticks }, i) => ticks / without[i].ticks);
  table.push([
    row.slice(0, 5).join(' '),
    grouped(row[5] * seconds),
    ...rates.map(grouped),
    median(ratios).toFixed(3),
    median(times).toFixed(3),
    ...memory.map((megabytes) => megabytes.toFixed(0)),
  ]);
  process.stderr.write(`${table.at(-1).join('  ')}\n`);
}
record(
  'a run with its page and without',
  `Characters a second with one thread, medians of ${rounds} rounds in turns; the ratio is the median of those of each round.

${markdown(['cell H B T L', 'updates', 'without', 'with', 'ratio', 'CPU time', 'MB without', 'MB with'], table)}`,
);
