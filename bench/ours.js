// Characters per second of one training step: forward, loss, backward, clip 5, RMSprop. One row as arguments:
//   node bench/ours.js CELL HIDDEN BATCH STEPS LAYERS THREADS BACKEND SECONDS [VOCABULARY]
// Prints characters per second, the kernels, and the peak memory of the process in MiB.
import { createKernels } from '../dist/lib/core.js';
import { trainingSteps } from './training.js';

const [cell, hidden, batchSize, seqLength, layers, threads, backend, seconds, V = 65] = process.argv
  .slice(2)
  .map((value) => (Number.isNaN(Number(value)) ? value : Number(value)));
const kernels = createKernels(backend);
const { next } = trainingSteps([cell, hidden, batchSize, seqLength, layers], V, kernels, threads);
const rates = [];
// medians of short stretches, since the machine may be shared
for (let stretch = 0; stretch < 5; stretch++) {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < seconds * 200) {
    next();
    count++;
  }
  rates.push((count * batchSize * seqLength * 1000) / (performance.now() - start));
}
process.stdout.write(
  `${rates.sort((a, b) => a - b)[2]} ${kernels.numerics} ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`,
);
