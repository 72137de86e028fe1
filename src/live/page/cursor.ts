import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { RunRecord, Snapshot } from '../protocol.ts';
import { address, visit } from './address.ts';

/** The step under the pointer. */
export const pointed = signal<number | null>(null);

/** The step that a reader has chosen; null is the newest. */
export const chosen: ReadonlySignal<number | null> = computed(() => {
  const { step } = address.value;
  return step !== undefined && /^\d{1,15}$/.test(step) ? Number(step) : null;
});

export const choose = (step: number | null, how: 'push' | 'replace'): void =>
  visit({ step: step === null ? undefined : String(step) }, how);

/** The step that is shown of a run. */
export const stepOf = (run: RunRecord): number =>
  Math.min(pointed.value ?? chosen.value ?? run.step, run.step);

/** The last row at a step or before it; else the first there is. */
export function at<Row extends { step: number }>(rows: readonly Row[], step: number): Row | undefined {
  const before = rows.filter((row) => row.step <= step);
  const latest = before.reduce<Row | undefined>((a, b) => (a && a.step >= b.step ? a : b), undefined);
  return latest ?? rows.reduce<Row | undefined>((a, b) => (a && a.step <= b.step ? a : b), undefined);
}

/** The checkpoint to compute with at a step. */
export const snapshotAt = (run: RunRecord, step: number): Snapshot | null => at(run.snapshots, step) ?? null;
