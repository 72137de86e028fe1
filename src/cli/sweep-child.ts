import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { asArguments, type SweepDefinition, type Trial, trainFlags } from '../sweep/index.ts';
import type { DoneReason, TrainEvent } from '../train/index.ts';

/** An event of `rnn train --json`. */
export type ChildEvent =
  | Exclude<TrainEvent, { event: 'wait' | 'save' }>
  | { event: 'save'; checkpoint: string };

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** the last line of what it complained about */
  error: string | undefined;
}

export interface Child {
  /** Asks it to save and end. */
  stop(): void;
  ended: Promise<Ended>;
}

/** What a sweep wants to know of a trial that runs, on this machine or on another. */
export type TrialEvent =
  /** it starts, or starts again; at a worker, where there are some */
  | { event: 'taken'; worker?: string }
  /** nobody runs it now, and it waits for a worker */
  | { event: 'waits'; lost: boolean }
  | { event: 'step'; step: number }
  | Evaluation
  | { event: 'done'; reason: DoneReason };

export type Evaluation = {
  event: 'evaluate';
  step: number;
  trainBpc: number;
  validationBpc: number | null;
};

/** An event of a child as far as a sweep wants to know it. */
export function trialEvent(event: ChildEvent): TrialEvent | undefined {
  switch (event.event) {
    case 'start':
    case 'step':
      return { event: 'step', step: event.step };
    case 'evaluate': {
      const { step, trainBpc, validationBpc } = event;
      return { event: 'evaluate', step, trainBpc, validationBpc };
    }
    case 'done':
      return { event: 'done', reason: event.reason };
    default:
      return undefined;
  }
}

/** Arguments of `rnn train` for a trial; one with a checkpoint goes on from there. */
export function childArguments(
  definition: SweepDefinition,
  trial: Trial,
  { out, resume, threads }: { out: string; resume: string | undefined; threads: number | undefined },
): string[] {
  const { initFrom, ...flags } = trainFlags(definition, trial);
  const start = resume === undefined ? { ...(initFrom !== undefined && { initFrom }) } : { resume };
  return [
    ...definition.corpus,
    ...asArguments({ ...flags, ...start, out, ...(threads !== undefined && { threads }) }),
  ];
}

/** How a command begins the line that says what is wrong. */
const ERROR = 'error: ';

/**
 * Runs `rnn train` with the same Node.js and the same script. It ends by itself, with a checkpoint, when this process
 * does, by whatever kill: the channel between them closes then.
 */
export function startChild(
  args: readonly string[],
  onEvent: (event: ChildEvent) => void,
  cwd?: string,
): Child {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [process.argv[1]!, 'train', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd,
    env: { ...env, NO_COLOR: '1' },
    // Ctrl-C on the terminal reaches this process alone, which stops its children once
    detached: true,
    windowsHide: true,
  });
  let error: string | undefined;
  const events = createInterface({ input: child.stdout! }).on('line', (line) => {
    // of a process that was killed the last line may lack its end
    if (line.endsWith('}')) onEvent(JSON.parse(line) as ChildEvent);
  });
  const complaints = createInterface({ input: child.stderr! }).on('line', (line) => {
    if (line.startsWith(ERROR)) error = line.slice(ERROR.length);
  });
  // Node's own event for this, close, never comes once this side has closed the channel
  const heard = Promise.all([once(events, 'close'), once(complaints, 'close')]);
  return {
    stop() {
      if (child.connected) child.disconnect();
    },
    ended: new Promise((resolve) => {
      child.once('error', (cause) => resolve({ code: null, signal: null, error: cause.message }));
      child.once('exit', (code, signal) => void heard.then(() => resolve({ code, signal, error })));
    }),
  };
}

/** Why a process that did not end by itself did so. */
export const whyFailed = ({ code, signal, error }: Ended): string =>
  error ??
  (signal
    ? `ended by ${signal}`
    : code === 0 || code === 143
      ? 'stopped from outside'
      : `ended with code ${code}`);
