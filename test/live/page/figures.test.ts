import { expect, it } from 'vitest';
import { bits } from '../../../src/live/page/curve/figures.ts';

it('a loss of a run that diverges is a power of ten', () => {
  expect([2.3456, 10_430.52, 4.104864102852787e28, null].map(bits)).toEqual([
    '2.346',
    '10430.520',
    '4.1e+28',
    '–',
  ]);
});
