// A text of so many megabytes, made of the repository's own: read it, train H = 128 on it for 20 steps.
//   node bench/reading.js MEGABYTES     prints the seconds until the first step, and the peak memory in MiB
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  completeConfig,
  createKernels,
  findSources,
  planTraining,
  readCorpus,
  Trainer,
  trainSchema,
} from '../dist/lib/core.js';

const megabytes = Number(process.argv[2]);
const path = join(tmpdir(), `rnn-bench-${process.pid}.txt`);
const piece = readFileSync(new URL('../corpora/tiny.txt', import.meta.url));
const file = openSync(path, 'w');
for (let written = 0; written < megabytes * 1e6; ) written += writeSync(file, piece);
closeSync(file);
try {
  const start = performance.now();
  const corpus = await readCorpus(await findSources([path], '.'), {
    unit: 'codepoint',
    encoding: 'utf-8',
    invalid: 'error',
  });
  const plan = planTraining(
    completeConfig(trainSchema.parse({ hidden: 128, steps: 20, batchSize: 50, evalEvery: 1e9 })),
    corpus,
  );
  const trainer = new Trainer(plan, createKernels('auto'));
  let seconds;
  for (const { event } of trainer.run()) if (event === 'step') seconds ??= (performance.now() - start) / 1000;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${seconds} seconds ${memory}\n`);
} finally {
  rmSync(path);
}
