import { computed, type ReadonlySignal } from '@preact/signals';
import type { RunRecord } from '../../protocol.ts';
import { address, visit } from '../address.ts';
import { choose, pointed, stepOf } from '../cursor.ts';

/* Which part of the curve is seen, in characters read, and where its cursor is. */

export type Range = readonly [from: number, to: number];

/** null: the whole curve. */
export const zoom: ReadonlySignal<Range | null> = computed(() => {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(address.value.zoom ?? '') ?? [];
  return from !== undefined && Number(from) < Number(to) ? [Number(from), Number(to)] : null;
});

export const charactersOf = (run: RunRecord): number => run.step * run.charactersPerStep;

/** From the start to the last step of the run that has read most. */
export const wholeOf = (runs: readonly RunRecord[]): Range => [0, Math.max(1, ...runs.map(charactersOf))];

/** Shows a part; what is no smaller than the whole is the whole. */
export function zoomTo([from, to]: Range, whole: Range): void {
  const [a, b] = [Math.max(whole[0], Math.round(from)), Math.min(whole[1], Math.round(to))];
  if (b - a < 2) return;
  visit({ zoom: a <= whole[0] && b >= whole[1] ? undefined : `${a}-${b}` });
}

/** Half or twice as much around the cursor, which stays in sight. */
export function zoomBy(factor: number, run: RunRecord, whole: Range): void {
  const [from, to] = zoom.peek() ?? whole;
  const at = stepOf(run) * run.charactersPerStep;
  const middle = at >= from && at <= to ? at : (from + to) / 2;
  const half = ((to - from) * factor) / 2;
  const start = Math.max(whole[0], Math.min(middle - half, whole[1] - 2 * half));
  zoomTo([start, start + 2 * half], whole);
}

/** Of how many keys the whole width is. */
const KEYS = 100;

/** What a key does to the cursor or the zoom; whether it does anything. */
export function pressed(key: string, shift: boolean, run: RunRecord, whole: Range): boolean {
  const seen = zoom.peek() ?? whole;
  const by = shift ? 1 : Math.max(1, Math.round((seen[1] - seen[0]) / run.charactersPerStep / KEYS));
  const step = stepOf(run);
  const move = (to: number) => {
    pointed.value = null;
    choose(Math.max(0, Math.min(run.step, to)), 'replace');
  };
  const actions: Record<string, () => void> = {
    ArrowLeft: () => move(step - by),
    ArrowDown: () => move(step - by),
    ArrowRight: () => move(step + by),
    ArrowUp: () => move(step + by),
    Home: () => move(0),
    End: () => move(run.step),
    Enter: () => choose(step, 'push'),
    Escape: () => choose(null, 'push'),
    '+': () => zoomBy(1 / 2, run, whole),
    '=': () => zoomBy(1 / 2, run, whole),
    '-': () => zoomBy(2, run, whole),
    '0': () => visit({ zoom: undefined }),
  };
  actions[key]?.();
  return key in actions;
}
