import { availableParallelism } from 'node:os';

/** How many threads can compute at once. */
export const coreCount = (): number => availableParallelism();
