import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { emitKeypressEvents, type Key } from 'node:readline';

export interface Listener {
  /** @param name of the key, a letter in lower case */
  press(name: string): void;
  /** the terminal is left to a shell, and the process stopped (Ctrl-Z) */
  leave(): void;
  /** it goes on */
  back(): void;
  /** no more keys will come */
  end(): void;
}

/** Ctrl-C, Ctrl-Z and Ctrl-\, for which the terminal itself would send a signal, did it not hand on every key. */
const SIGNALS: Record<string, NodeJS.Signals> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};

/** Single keys from the terminal, without echo, until it is closed. The terminal is restored whenever another process gets it. */
export class Keyboard {
  readonly #listener: Listener;
  #isRaw = false;

  constructor(listener: Listener) {
    this.#listener = listener;
    emitKeypressEvents(process.stdin);
    process.stdin.on('keypress', this.#onKey).once('end', this.#onEnd).once('error', this.#onEnd);
    process.once('exit', this.close);
    if (process.platform !== 'win32') process.on('SIGCONT', this.#take);
    this.#take();
  }

  readonly close = (): void => {
    process.off('exit', this.close).off('SIGCONT', this.#take);
    // a terminal that has gone may report that later: the listener for errors stays
    process.stdin.off('keypress', this.#onKey).off('end', this.#onEnd);
    this.#leave();
  };

  /** Takes the terminal, as often as this process gets it. */
  readonly #take = (): void => {
    process.stdin.pause();
    // the system would stop a job in the background that touches it
    if (!isForeground()) {
      this.#isRaw = false;
      return;
    }
    // a shell has changed the mode behind Node's back, which sets no mode twice
    process.stdin.setRawMode(false);
    process.stdin.setRawMode(true);
    process.stdin.resume();
    this.#isRaw = true;
  };

  #leave(): void {
    process.stdin.pause();
    if (this.#isRaw && isForeground()) process.stdin.setRawMode(false);
    this.#isRaw = false;
  }

  readonly #onKey = (character: string | undefined, { name, ctrl }: Key): void => {
    const signal = SIGNALS[character ?? ''];
    if (signal === 'SIGINT') send(signal);
    else if (signal !== undefined) this.#away(signal);
    else if (!ctrl) this.#listener.press(name ?? character ?? '');
  };

  /** Hands the terminal over, lets the signal do its work, and takes the terminal again after it. */
  #away(signal: NodeJS.Signals): void {
    if (process.platform === 'win32') return;
    this.#listener.leave();
    this.#leave();
    send(signal);
    setImmediate(() => {
      this.#take();
      this.#listener.back();
    });
  }

  readonly #onEnd = (): void => {
    this.close();
    this.#listener.end();
  };
}

/** To all processes of the job, as the terminal does it. */
function send(signal: NodeJS.Signals): void {
  if (process.platform === 'win32') process.emit(signal);
  else process.kill(0, signal);
}

/** Whether the terminal belongs to this process just now, and not to a shell that has put it into the background. */
export function isForeground(): boolean {
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux')
    return String(spawnSync('ps', ['-o', 'stat=', '-p', `${process.pid}`]).stdout).includes('+');
  // behind the name: state, parent, process group, session, terminal, the terminal's process group
  const [, , group, , , owner] = readFileSync('/proc/self/stat', 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return group === owner;
}
