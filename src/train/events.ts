import type { Checkpoint, FlowRow, HistoryRow } from '../checkpoint/index.ts';

/** An event of a training run. */
export type TrainEvent =
  | { event: 'start'; step: number; steps: number; epoch: number; stepsPerEpoch: number; parameters: number }
  | {
      event: 'step';
      step: number;
      epoch: number;
      /** of this window */
      bpc: number;
      /** mean over the windows since the last evaluation */
      trainBpc: number;
      gradientNorm: number;
      clipped: boolean;
      characters: number;
    }
  | ({ event: 'evaluate'; epoch: number; best: boolean } & HistoryRow)
  /** a preview: what the model writes now */
  | { event: 'sample'; step: number; text: string }
  /** a look at the gradient's flow */
  | ({ event: 'inspect' } & FlowRow)
  /** a pause inside a step or an evaluation: nothing to show, but a turn for whatever else the process has to do */
  | { event: 'wait' }
  | { event: 'save'; step: number; kind: 'last' | 'best'; checkpoint: Checkpoint }
  | ({ event: 'done'; reason: DoneReason } & Totals);

export type DoneReason = 'finished' | 'patience' | 'stopped';

export interface Totals {
  step: number;
  epoch: number;
  /** mean over the windows since the last evaluation, or before it where it was at this step */
  trainBpc: number | null;
  /** at this very step; null without a validation text, or where a stopped run had not evaluated it yet */
  validationBpc: number | null;
}

/** Passes the pauses of work on as events; it is not given up. */
export function* waiting<T>(work: Generator<void, T, void>): Generator<TrainEvent, T, void> {
  let next = work.next();
  for (; !next.done; next = work.next()) yield { event: 'wait' };
  return next.value;
}

/** The same for work that is given up, with undefined, once that is asked for. */
export function* waitingUnless<T>(
  isAsked: () => boolean,
  work: Generator<void, T | undefined, void>,
): Generator<TrainEvent, T | undefined, void> {
  let next = work.next();
  while (!next.done) {
    yield { event: 'wait' };
    next = isAsked() ? work.return(undefined) : work.next();
  }
  return next.value;
}
