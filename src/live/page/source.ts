import type { Control, LiveEvent, RunRecord } from '../protocol.ts';

/** How a page stands to what tells it of its runs. */
export type Connection =
  /** not heard of yet */
  | 'connecting'
  /** events come as they happen */
  | 'open'
  /** nobody answers; it is tried again and again */
  | 'lost'
  /** the page carries its runs itself */
  | 'file';

/** What a page does with what it is told. */
export interface Listener {
  /** all runs as they stand, in place of what was known of them */
  runs(runs: RunRecord[]): void;
  /** what was added since, in order */
  events(events: readonly LiveEvent[]): void;
  connection(state: Connection): void;
}

/** What a page gets its runs and models from. */
export interface Source {
  follow(listener: Listener): void;
  /** The bytes of a checkpoint. @throws Error whose message is a sentence for people */
  model(run: string, step: number | 'best' | 'last'): Promise<Blob>;
  /**
   * Asks something of the run in progress; null where no program is there to ask.
   * @returns the step after which it holds
   * @throws Error whose message is a sentence for people
   */
  control: ((control: Control) => Promise<number>) | null;
}
