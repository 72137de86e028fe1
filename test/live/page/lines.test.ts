import { describe, expect, it } from 'vitest';
import { extent, smoothed, thinned } from '../../../src/live/page/curve/lines.ts';

describe('lines of the curve', () => {
  it('a hundred thousand points become at most two a column, and the highest and lowest of each stay', () => {
    const n = 100_000;
    const x = Float64Array.from({ length: n }, (_, i) => i);
    const y = Float64Array.from(x, (i) => Math.sin(i / 700) + (i === 54_321 ? 9 : 0) - (i === 77 ? 9 : 0));
    const thin = thinned({ x, y }, 0, n, 311);
    expect(thin.x.length).toBeLessThanOrEqual(2 * 311 + 2);
    expect(thin.x.length).toBeGreaterThan(600);
    expect(thin.y[thin.x.indexOf(54_321)]).toBe(y[54_321]);
    expect(thin.y[thin.x.indexOf(77)]).toBe(y[77]);
    expect(thin.x.toSorted((a, b) => a - b)).toEqual(thin.x);
  });

  it('few points stay as they are; what is no number breaks the line', () => {
    const line = { x: [1, 2, 3, 5], y: [4, null, Number.NaN, 6] };
    expect(thinned(line, 0, 10, 100)).toEqual({ x: [1, 2, 3, 5], y: [4, null, null, 6] });
  });

  it('of a part the neighbours outside are drawn too', () => {
    const line = { x: [0, 10, 20, 30, 40], y: [5, 4, 3, 2, 1] };
    expect(thinned(line, 15, 25, 50)).toEqual({ x: [10, 20, 30], y: [4, 3, 2] });
  });

  it('a column without a number does not hide that of another', () => {
    const line = { x: [0, 1, 2, 3], y: [null, 7, Number.POSITIVE_INFINITY, 5] };
    expect(thinned(line, 0, 4, 1)).toEqual({ x: [1, 3], y: [7, 5] });
  });

  it('a straight line stays itself when it is smoothed, but for its end', () => {
    const straight = Array.from({ length: 400 }, (_, i) => 3 * i + 1);
    const means = smoothed(straight);
    for (const i of [0, 1, 4, 57, 390]) expect(means[i]).toBeCloseTo(straight[i]!, 9);
  });

  it('smoothing takes noise away and leaves out what is no number', () => {
    const noisy = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    expect(smoothed(noisy)[500]).toBeCloseTo(2, 1);
    const gaps = noisy.map((value, i) => (i % 5 === 0 ? null : value));
    expect(smoothed(gaps)[500]).toBeCloseTo(2, 1);
    expect(smoothed([null, 2])[0]).toBeNaN();
    expect([...smoothed([5, 1])]).toEqual([5, 1]);
  });

  it('finds the lowest and highest number of a part', () => {
    const line = { x: [0, 1, 2, 3], y: [9, 4, null, 6] };
    expect(extent(line, 1, 3)).toEqual([4, 6]);
    expect(extent(line, 2, 2)).toBeUndefined();
    expect(extent(line, 0, 9)).toEqual([4, 9]);
  });
});
