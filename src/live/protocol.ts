import type { FlowRow, HistoryRow, RateChange } from '../checkpoint/index.ts';

export type { RateChange } from '../checkpoint/index.ts';

/*
 * What the live page is told of runs. A server sends it, a page that was exported as one file holds it. Losses are in bits
 * per character.
 */

/** Training steps as columns of equal length. A column entry stands for one step or, in a long run, for several in a row. */
export interface StepColumns {
  /** the last step of an entry */
  step: number[];
  /** mean loss of the windows */
  bpc: number[];
  /** of the last step */
  learningRate: number[];
  /** mean norm of the gradient before clipping */
  gradientNorm: number[];
  /** fraction of the steps in which clipping changed the gradient */
  clipRate: number[];
}

/** A preview: what the model wrote at that step. */
export interface Preview {
  step: number;
  text: string;
  /** stretches [from, to) of code points, 20 or longer, that stand in the training text; null where that was not searched */
  copied: readonly (readonly [number, number])[] | null;
}

/** So many snapshots are kept of a run at most, the newest. */
export const MOST_KEPT = 12;

/** A checkpoint that the page can load. */
export interface Snapshot {
  step: number;
  kind: 'kept' | 'best' | 'last';
}

/** What becomes of a run; `message` is one sentence for people wherever there is more to say than the kind. */
export interface RunStatus {
  kind: 'running' | 'paused' | 'finished' | 'patience' | 'stopped' | 'diverged' | 'failed' | 'saved';
  message: string | null;
}

/** The bits per character of a simple model of the same text, as the preflight names it. */
export interface Level {
  name: 'uniform' | 'unigram' | 'bigram' | 'fivegram';
  bpc: number;
}

/** All that is known of one run. */
export interface RunRecord {
  /** names it in addresses; unique among the runs of the page */
  id: string;
  /** the checkpoint's file as a person would type it */
  checkpoint: string;
  /** every setting by its name in camelCase */
  settings: Record<string, unknown>;
  parameters: number;
  steps: number;
  stepsPerEpoch: number;
  charactersPerStep: number;
  /** where this process took the run up */
  startStep: number;
  /** made so far */
  step: number;
  levels: readonly Level[];
  columns: StepColumns;
  history: HistoryRow[];
  previews: Preview[];
  flow: FlowRow[];
  rateChanges: RateChange[];
  snapshots: Snapshot[];
  /** of training in this process, pauses left out; null for a run that is read from its file */
  seconds: number | null;
  charactersPerSecond: number | null;
  status: RunStatus;
}

/** What was added to a run since the message before. */
export type LiveEvent =
  | { run: string; add: 'steps'; columns: StepColumns; seconds: number; charactersPerSecond: number | null }
  | { run: string; add: 'evaluation'; row: HistoryRow }
  /** replaces the one of the same step, whose copied stretches were not known yet */
  | { run: string; add: 'preview'; preview: Preview }
  | { run: string; add: 'flow'; row: FlowRow }
  | { run: string; add: 'rate'; change: RateChange }
  /** replaces the one of its kind but for `kept`, of which only the newest twelve are there */
  | { run: string; add: 'snapshot'; snapshot: Snapshot }
  | { run: string; add: 'status'; status: RunStatus };

/** What a page may ask of a run in progress: POST /TOKEN/NAME with a JSON body {}. */
export const CONTROLS = ['pause', 'resume', 'step', 'save', 'stop', 'halve-rate'] as const;
export type Control = (typeof CONTROLS)[number];

/*
 * Addresses behind http://127.0.0.1:PORT/TOKEN/
 *   (nothing)          the page
 *   runs               RunRecord[], JSON; the header `event-id` is the number of the last event in it
 *   events?after=ID    text/event-stream; each message has `id: N` and as data a JSON array of LiveEvent; the event `reset`
 *                      tells a page to ask for `runs` again, where the events that it misses are no longer there
 *   model/ID/STEP      the bytes of a checkpoint: STEP of a kept snapshot, `best` or `last`
 *   pause, resume …    POST, see CONTROLS; answers {"step": N} once it is done: the run is paused, saved … after step N, a
 *                      rate holds from step N + 1 on; 409 and {"error": "…"} where no run is in progress or it failed
 *
 * The page fills the element #app; its data stand as JSON in the element #embedded (document.ts).
 */

/** What stands in the page: an exported one carries its runs and models, one that a server sends carries neither. */
export interface Embedded {
  language: 'en' | 'ko';
  runs: RunRecord[];
  /** checkpoints in base64 of gzip, by `ID/STEP` as in the address */
  models: Record<string, string>;
}
