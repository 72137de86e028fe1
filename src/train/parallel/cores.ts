import { availableParallelism, cpus } from 'node:os';

/** How many threads can compute at once in this process, one of so many that share the machine, or are bound to a part each. */
export const coreCount = (processes = 1): number =>
  processes === 1
    ? availableParallelism()
    : Math.min(availableParallelism(), Math.max(1, Math.floor(cpus().length / processes)));
