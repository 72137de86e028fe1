// What several processes bring on this machine, and where the time of a step goes: in computing, or in the exchange of
// gradients. Strong scaling: the same batch; weak: a batch that grows with the processes. Needs rnn doctor --mpi.
//   node bench/mpi.js [SECONDS [PROCESSES…]]     MPIRUN="mpirun --oversubscribe" names the
// launcher, ADDON=… what rnn doctor --mpi has built, where that is not of Open MPI and in build
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  completeConfig,
  createKernels,
  mpiTransport,
  planTraining,
  Trainer,
  trainSchema,
} from '../dist/lib/core.js';
import { sameCorpus } from './corpus.js';
import { grouped, markdown, record } from './tools.js';

const SIZES = [
  ['rnn', 128, 48, 50, 1],
  ['rnn', 512, 48, 50, 1],
  ['lstm', 512, 48, 50, 1],
];
const V = 65;
const WARM_UP = 10;
const MPIRUN = (process.env.MPIRUN ?? 'mpirun').split(' ');
const ADDON = process.env.ADDON ?? fileURLToPath(new URL('../build/mpi-openmpi.node', import.meta.url));

/** A transport that adds up how long each phase of a step takes, in ms. */
function timed(transport, phases) {
  let last = performance.now();
  const pass = (phase) => {
    const now = performance.now();
    phases[phase] += now - last;
    last = now;
  };
  const until = (pending, phase) => () => {
    const ended = pending();
    if (ended) pass(phase);
    return ended;
  };
  return {
    ...transport,
    allToAll(...args) {
      pass('compute');
      return until(transport.allToAll(...args), 'alltoall');
    },
    allGather(own, all, counts) {
      // losses go at the same time as the gradients
      if (all instanceof Float64Array) return transport.allGather(own, all, counts);
      pass('sum');
      return until(transport.allGather(own, all, counts), 'allgather');
    },
  };
}

/** One process of a run of so many steps; rank 0 prints the milliseconds of one, and of each phase in it. */
function runRank([file, cell, ...numbers]) {
  const [hidden, batchSize, seqLength, layers, replicas, steps] = numbers.map(Number);
  const sizes = { cell, hidden, batchSize, seqLength, layers, replicas };
  const never = { evalEvery: 1e12, saveEvery: 1e12, sampleEvery: 0, validationFraction: 0, epochs: 1e6 };
  const config = completeConfig(trainSchema.parse({ ...sizes, ...never, optimizer: 'rmsprop' }));
  const plan = planTraining(config, sameCorpus(1e6, V));
  const phases = { compute: 0, alltoall: 0, sum: 0, allgather: 0 };
  const transport =
    file === '-' ? undefined : timed(mpiTransport(createRequire(import.meta.url)(file)), phases);
  const threads = file === '-' ? replicas : 1;
  const trainer = new Trainer(plan, createKernels('auto'), undefined, threads, undefined, transport);
  const times = [];
  let last = performance.now();
  for (const { event, step } of trainer.run()) {
    if (event !== 'step') continue;
    const now = performance.now();
    if (step > WARM_UP) times.push({ step: now - last, ...phases });
    if (step === WARM_UP + steps) break;
    for (const phase in phases) phases[phase] = 0;
    last = now;
  }
  // the fastest tenth, so that what else runs on this machine counts little
  const fastest = times.sort((a, b) => a.step - b.step).slice(0, Math.ceil(steps / 10));
  const mean = (name) => fastest.reduce((sum, time) => sum + time[name], 0) / fastest.length;
  const result = Object.fromEntries(['step', ...Object.keys(phases)].map((name) => [name, mean(name)]));
  if (!transport || transport.rank === 0) process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit();
}

/** @param processes 0 for one without MPI, on as many threads as there are replicas */
function measured([cell, H, B, T, L], replicas, processes, steps) {
  const args = [
    fileURLToPath(import.meta.url),
    'rank',
    processes > 0 ? ADDON : '-',
    cell,
    H,
    B,
    T,
    L,
    replicas,
    steps,
  ];
  const [command, ...flags] =
    processes > 0 ? [...MPIRUN, '-n', processes, process.execPath] : [process.execPath];
  const { stdout, stderr } = spawnSync(command, [...flags, ...args].map(String), { encoding: 'utf8' });
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(stderr);
  return JSON.parse(line);
}

function row(name, size, processes, { step, compute, alltoall, sum, allgather }, alone) {
  const rate = (1000 * size[2] * size[3]) / step;
  const phases =
    processes > 0 ? [compute, alltoall, sum, allgather].map((ms) => ms.toFixed(2)) : ['-', '-', '-', '-'];
  process.stderr.write(`${name} ${processes}: ${step.toFixed(2)} ms\n`);
  return [name, processes || 'none', step.toFixed(2), ...phases, grouped(rate), (rate / alone).toFixed(2)];
}

function main([seconds = 4, ...counts]) {
  const processes =
    counts.length > 0 ? counts.map(Number) : [2, 4].filter((n) => n <= availableParallelism());
  const rows = SIZES.flatMap(([cell, H, B, T, L]) => {
    const once = measured([cell, H, B, T, L], 1, 0, 20);
    const steps = Math.max(20, Math.ceil((1000 * Number(seconds)) / once.step));
    const alone = measured([cell, H, B, T, L], 1, 0, steps);
    const rate = (1000 * B * T) / alone.step;
    const name = `${cell} ${H}`;
    return [
      row(`${name}, B${B}`, [cell, H, B, T, L], 0, alone, rate),
      ...processes.flatMap((n) => {
        const larger = [cell, H, B * n, T, L];
        return [
          row(
            `${name}, B${B}, ${n} threads`,
            [cell, H, B, T, L],
            0,
            measured([cell, H, B, T, L], n, 0, steps),
            rate,
          ),
          row(
            `${name}, B${B}, strong`,
            [cell, H, B, T, L],
            n,
            measured([cell, H, B, T, L], n, n, steps),
            rate,
          ),
          row(`${name}, B${B * n}, weak`, larger, n, measured(larger, n, n, Math.ceil(steps / n)), rate),
        ];
      }),
    ];
  });
  const header = [
    'cell H, B',
    'processes',
    'ms a step',
    'compute',
    'alltoall',
    'sum',
    'allgather',
    'characters/s',
    'speed-up',
  ];
  const text = `Times of a step of ${SIZES[0][3]} time steps and its phases in ms, means of the fastest tenth; one thread a process.\n\n${markdown(header, rows)}`;
  process.stdout.write(`${text}\n`);
  record('several processes', text);
}

if (process.argv[2] === 'rank') runRank(process.argv.slice(3));
else main(process.argv.slice(2));
