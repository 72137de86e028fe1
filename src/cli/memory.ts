import { totalmem } from 'node:os';
import { RnnError } from '../errors.ts';
import { bytes } from '../report/index.ts';

const ADVICE = 'lower --hidden, --layers, --batch-size or --seq-length';

export interface Memory {
  /** of the machine, or what this process may have of it */
  total: number;
  free: number;
}

export function measureMemory(): Memory {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { total, free: Math.min(process.availableMemory(), total) };
}

/**
 * Compares what a run needs with what there is.
 * @returns what to expect where less is free
 * @throws RnnError where there is less in all
 */
export function checkMemory(needed: number, { total, free } = measureMemory()): string | undefined {
  if (needed > total) {
    throw new RnnError(
      'config',
      `training needs ${bytes(needed)} of memory, this machine has ${bytes(total)}; ${ADVICE}`,
    );
  }
  if (needed <= free) return undefined;
  return `training needs ${bytes(needed)} of memory, ${bytes(free)} are free; it may be slow or be killed: close other programs, or ${ADVICE}`;
}
