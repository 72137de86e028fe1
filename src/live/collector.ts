import { MAX_PREVIEWS } from '../checkpoint/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { addRow } from '../train/state.ts';
import { BoundedColumns, entriesOf } from './columns.ts';
import type { LiveEvent, Preview, RateChange, RunRecord, RunStatus, Snapshot } from './protocol.ts';

/** Entries of the columns: of a whole run, and of what is new. */
const [MOST, MOST_NEW] = [4000, 64];

/** What the run stands at beside its events. */
export interface Figures {
  /** of the update last made */
  learningRate: number;
  /** of training, pauses left out */
  seconds: number;
  charactersPerSecond: number | null;
}

/** Gathers a run in progress: all that is known of it, within bounds, and what of that is new. */
export class Collector {
  readonly record: RunRecord;
  readonly #all: BoundedColumns;
  #new: BoundedColumns;
  #events: LiveEvent[] = [];

  /** @param record of the run as this process takes it up; its lists are copied */
  constructor(record: Omit<RunRecord, 'columns' | 'seconds' | 'charactersPerSecond'>) {
    const { history, previews, flow, rateChanges, snapshots, startStep } = record;
    this.#all = new BoundedColumns(MOST, startStep);
    this.#new = new BoundedColumns(MOST_NEW, startStep);
    this.record = {
      ...record,
      columns: this.#all.columns,
      history: [...history],
      previews: [...previews],
      flow: [...flow],
      rateChanges: [...rateChanges],
      snapshots: [...snapshots],
      seconds: 0,
      charactersPerSecond: null,
    };
  }

  add(event: TrainEvent, figures: Figures): void {
    if (event.event === 'step') this.#step(event, figures);
    else if (event.event === 'evaluate') {
      const { event: _, epoch: __, best: ___, ...row } = event;
      addRow(this.record.history, row);
      this.#add({ add: 'evaluation', row });
    } else if (event.event === 'inspect') {
      const { event: _, ...row } = event;
      addRow(this.record.flow, row);
      this.#add({ add: 'flow', row });
    } else if (event.event === 'sample') this.preview({ step: event.step, text: event.text, copied: null });
  }

  #step(event: Extract<TrainEvent, { event: 'step' }>, figures: Figures): void {
    const { step, bpc, gradientNorm, clipped } = event;
    const { learningRate, seconds, charactersPerSecond } = figures;
    this.#new.add({ step, bpc, learningRate, gradientNorm, clipRate: Number(clipped) });
    this.record.step = step;
    this.record.seconds = seconds;
    this.record.charactersPerSecond = charactersPerSecond;
  }

  /** A preview, or the same one with what is known of it now. */
  preview(preview: Preview): void {
    const { previews } = this.record;
    const known = previews.findIndex(({ step }) => step === preview.step);
    if (known >= 0) previews[known] = preview;
    else addRow(previews, preview, MAX_PREVIEWS);
    this.#add({ add: 'preview', preview });
  }

  rate(change: RateChange): void {
    this.record.rateChanges.push(change);
    this.#add({ add: 'rate', change });
  }

  /** @param snapshots all that can be loaded now; @param snapshot the new one */
  snapshot(snapshots: readonly Snapshot[], snapshot: Snapshot): void {
    this.record.snapshots = [...snapshots];
    this.#add({ add: 'snapshot', snapshot });
  }

  status(status: RunStatus): void {
    this.record.status = status;
    this.#add({ add: 'status', status });
  }

  #add(event: WithoutRun<LiveEvent>): void {
    this.#takeSteps();
    this.#events.push({ ...event, run: this.record.id } as LiveEvent);
  }

  /** What was added since the last call, in its order. */
  take(): LiveEvent[] {
    this.#takeSteps();
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #takeSteps(): void {
    const { columns } = this.#new;
    if (columns.step.length === 0) return;
    for (const entry of entriesOf(columns)) this.#all.add(entry);
    const { id, seconds, charactersPerSecond } = this.record;
    this.#events.push({ run: id, add: 'steps', columns, seconds: seconds!, charactersPerSecond });
    this.#new = new BoundedColumns(MOST_NEW, this.record.step);
  }
}

type WithoutRun<Event> = Event extends unknown ? Omit<Event, 'run'> : never;
