import { expect, it } from 'vitest';
import { checkMemory, measureMemory } from '../../src/cli/memory.ts';
import { RnnError } from '../../src/errors.ts';

const memory = { total: 8e9, free: 2e9 };

it('a run that needs more memory than there is is refused, with both figures and what to lower', () => {
  expect(() => checkMemory(9e9, memory)).toThrow(
    new RnnError(
      'config',
      'training needs 9.0 GB of memory, this machine has 8.0 GB; lower --hidden, --layers, --batch-size or --seq-length',
    ),
  );
});

it('one that needs more than is free is told so', () => {
  expect(checkMemory(3e9, memory)).toBe(
    'training needs 3.0 GB of memory, 2.0 GB are free; it may be slow or be killed: close other programs, or lower --hidden, --layers, --batch-size or --seq-length',
  );
  expect(checkMemory(2e9, memory)).toBeUndefined();
});

it('this machine has memory, and no more is free than that', () => {
  const { total, free } = measureMemory();
  expect(free).toBeGreaterThan(0);
  expect(total).toBeGreaterThanOrEqual(free);
});
