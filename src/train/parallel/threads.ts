import { availableParallelism } from 'node:os';
import type { Config } from '../../config/index.ts';

/** Multiply-adds of a step for each thread; with fewer, handing the work over costs about what it saves. */
const WORTH_A_THREAD = 2e5;

/** As many threads as this machine has cores and the work of one step is worth. */
export function chooseThreads({ config, parameters }: { config: Config; parameters: number }): number {
  const work = 3 * parameters * config.batchSize * config.seqLength;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(work / WORTH_A_THREAD)));
}
