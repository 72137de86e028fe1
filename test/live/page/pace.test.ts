import { describe, expect, it } from 'vitest';
import { PACE_MS, paced } from '../../../src/live/page/pace.ts';
import type { Snapshot } from '../../../src/live/protocol.ts';

const last = (step: number): Snapshot => ({ step, kind: 'last' });

describe('paced', () => {
  const held = paced(null, 'one', last(7), true, 100);

  it('begins with what is there', () => {
    expect(held).toEqual({ run: 'one', snapshot: last(7), since: 100 });
  });

  it('follows the newest model of a run only after a while', () => {
    const soon = paced(held, 'one', last(14), true, 99 + PACE_MS);
    expect(soon).toBe(held);
    const later = paced(soon, 'one', last(21), true, 100 + PACE_MS);
    expect(later).toEqual({ run: 'one', snapshot: last(21), since: 100 + PACE_MS });
  });

  it('counts from when a model came, however often it is drawn', () => {
    expect(paced(held, 'one', last(7), true, 9 * PACE_MS)).toBe(held);
    expect(paced(held, 'one', last(14), true, 9 * PACE_MS).since).toBe(9 * PACE_MS);
  });

  it.each([
    ['another run', 'two', held],
    ['the first model', 'one', { ...held, snapshot: null }],
  ])('does not wait for %s', (_, run, before) => {
    expect(paced(before, run, last(14), true, 101)).toEqual({ run, snapshot: last(14), since: 101 });
  });

  it('does not wait for a model that is chosen or that ends a run, nor back to the newest', () => {
    const chosen = paced(held, 'one', last(3), false, 101);
    expect(chosen).toEqual({ run: 'one', snapshot: last(3), since: -Infinity });
    expect(paced(chosen, 'one', last(14), true, 102)).toEqual({ run: 'one', snapshot: last(14), since: 102 });
  });
});
