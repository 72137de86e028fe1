import type { RunOptions } from '../config/index.ts';
import type { Display } from './display.ts';
import { isForeground, Keyboard } from './keyboard.ts';
import { hint } from './output.ts';
import type { RunControls } from './run-controls.ts';

/** Key, name and meaning. */
const KEYS = [
  ['c', 'curve', 'the loss curve so far'],
  ['s', 'sample', 'a sample of what the model writes now'],
  ['p', 'pause', 'pause; the same key goes on'],
  ['q', 'save and quit', 'finish the step, save and quit, as Ctrl-C does'],
  ['?', 'help', 'this list (h too)'],
] as const;

/** Whether a user at a terminal can press keys. */
export const hasKeys = ({ json, quiet }: Pick<RunOptions, 'json' | 'quiet'>): boolean =>
  !json &&
  !quiet &&
  process.stdin.isTTY &&
  process.stderr.isTTY &&
  process.env.TERM !== 'dumb' &&
  // a text that was typed has been read to its end
  !process.stdin.readableEnded &&
  isForeground();

/** The keys of a run. Curve and help come at once, samples and pauses between two steps. */
export class RunKeys {
  readonly #controls: RunControls;
  readonly #showCurve: () => void;
  readonly #display: Display;
  readonly #keyboard: Keyboard;

  constructor(controls: RunControls, showCurve: () => void, display: Display) {
    this.#controls = controls;
    this.#showCurve = showCurve;
    this.#display = display;
    hint(`keys: ${KEYS.map(([key, name]) => `${key} ${name}`).join(', ')}`);
    this.#keyboard = new Keyboard({
      press: (name) => this.#press(name),
      leave: () => {
        display.watch.stop();
        display.leave();
      },
      back: () => {
        if (!controls.isPaused) display.watch.goOn();
        display.draw();
      },
      end: () => controls.release(),
    });
  }

  #press(name: string): void {
    if (name === 'c') this.#showCurve();
    else if (name === 's') this.#controls.sample();
    else if (name === 'p') this.#controls.togglePause();
    else if (name === 'q') this.#controls.control('stop').catch(() => {});
    else if (name === '?' || name === 'h')
      this.#display.log('keys', KEYS.map(([key, , meaning]) => `${key}  ${meaning}`).join('\n'));
  }

  close(): void {
    this.#keyboard.close();
  }
}
