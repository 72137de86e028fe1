import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TrainEvent } from '../train/index.ts';

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

/** How a command begins the line that says what is wrong. */
const ERROR = 'error: ';

/**
 * Runs `rnn train` with the same Node.js and the same script. It ends by itself, with a checkpoint, when this process
 * does, by whatever kill: the channel between them closes then.
 */
export function startChild(args: readonly string[], onEvent: (event: ChildEvent) => void): Child {
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, [process.argv[1]!, 'train', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
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
