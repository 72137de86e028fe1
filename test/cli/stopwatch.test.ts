import { expect, it, vi } from 'vitest';
import { Stopwatch } from '../../src/cli/stopwatch.ts';

it('a stopwatch does not count its pauses', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const watch = new Stopwatch();
  vi.advanceTimersByTime(2000);
  watch.stop();
  vi.advanceTimersByTime(5000);
  expect(watch.seconds).toBe(2);
  // a second stop changes nothing
  watch.stop();
  watch.goOn();
  vi.advanceTimersByTime(1000);
  expect(watch.seconds).toBe(3);
  watch.goOn();
  expect(watch.seconds).toBe(3);
  vi.useRealTimers();
});
