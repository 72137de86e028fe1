import type { HistoryRow } from '../../checkpoint/index.ts';
import {
  type LiveEvent,
  MOST_KEPT,
  type Preview,
  type RunRecord,
  type Snapshot,
  type StepColumns,
} from '../protocol.ts';

/**
 * A run after an event: a new record, whose lists of steps have grown in place, since a long run has a hundred thousand. What
 * is told twice counts once.
 */
export function added(run: RunRecord, event: LiveEvent): RunRecord {
  switch (event.add) {
    case 'steps':
      return withSteps(run, event.columns, event.seconds, event.charactersPerSecond);
    case 'evaluation':
      return { ...run, history: placed<HistoryRow>(run.history, event.row) };
    case 'preview':
      return { ...run, previews: placed<Preview>(run.previews, event.preview) };
    case 'flow':
      return { ...run, flow: placed(run.flow, event.row) };
    case 'rate':
      return { ...run, rateChanges: placed(run.rateChanges, event.change) };
    case 'snapshot':
      return { ...run, snapshots: withSnapshot(run.snapshots, event.snapshot) };
    case 'status':
      return { ...run, status: event.status };
    default:
      return event satisfies never;
  }
}

const FIELDS = [
  'step',
  'bpc',
  'learningRate',
  'gradientNorm',
  'clipRate',
] as const satisfies (keyof StepColumns)[];

function withSteps(
  run: RunRecord,
  columns: StepColumns,
  seconds: number,
  charactersPerSecond: number | null,
): RunRecord {
  const known = run.columns.step.at(-1) ?? 0;
  const first = columns.step.findIndex((step) => step > known);
  if (first >= 0)
    for (const field of FIELDS)
      for (const value of columns[field].slice(first)) run.columns[field].push(value);
  const step = Math.max(run.step, run.columns.step.at(-1) ?? 0);
  return { ...run, columns: { ...run.columns }, step, seconds, charactersPerSecond };
}

/** In the place of the one of its step, or at the end. */
function placed<Row extends { step: number }>(rows: readonly Row[], row: Row): Row[] {
  const known = rows.findIndex(({ step }) => step === row.step);
  return known < 0 ? [...rows, row] : rows.with(known, row);
}

function withSnapshot(snapshots: readonly Snapshot[], snapshot: Snapshot): Snapshot[] {
  const isKept = ({ kind }: Snapshot) => kind === 'kept';
  if (!isKept(snapshot)) return [...snapshots.filter(({ kind }) => kind !== snapshot.kind), snapshot];
  const kept = placed(snapshots.filter(isKept), snapshot).slice(-MOST_KEPT);
  return [...kept, ...snapshots.filter((other) => !isKept(other))];
}
