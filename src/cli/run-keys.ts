import type { RunOptions } from '../config/index.ts';
import type { Display } from './display.ts';
import { isForeground, Keyboard } from './keyboard.ts';
import { hint } from './output.ts';

/** Key, name and meaning. */
const KEYS = [
  ['c', 'curve', 'the loss curve so far'],
  ['s', 'sample', 'a sample of what the model writes now'],
  ['p', 'pause', 'pause; the same key goes on'],
  ['q', 'save and quit', 'finish the step, save and quit, as Ctrl-C does'],
  ['?', 'help', 'this list (h too)'],
] as const;

/** Actions of a run that keys ask for. */
export interface Steered {
  showCurve(): void;
  sample(): Promise<void>;
  quit(): void;
}

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
  readonly #run: Steered;
  readonly #display: Display;
  readonly #keyboard: Keyboard;
  #wantsSample = false;
  #isPaused = false;
  #wake: () => void = () => {};

  constructor(run: Steered, display: Display) {
    this.#run = run;
    this.#display = display;
    hint(`keys: ${KEYS.map(([key, name]) => `${key} ${name}`).join(', ')}`);
    this.#keyboard = new Keyboard({
      press: (name) => this.#press(name),
      leave: () => {
        display.watch.stop();
        display.leave();
      },
      back: () => {
        if (!this.#isPaused) display.watch.goOn();
        display.draw();
      },
      end: () => this.release(),
    });
  }

  #press(name: string): void {
    if (name === 'c') this.#run.showCurve();
    else if (name === 's') this.#wantsSample = true;
    else if (name === 'p') this.#isPaused = !this.#isPaused;
    else if (name === 'q') this.#run.quit();
    else if (name === '?' || name === 'h')
      this.#display.log('keys', KEYS.map(([key, , meaning]) => `${key}  ${meaning}`).join('\n'));
    this.#wake();
  }

  /** Between two steps, where the weights are whole: shows the sample that was asked for, and lasts as long as a pause. */
  async answer(step: number): Promise<void> {
    await this.#sample();
    if (!this.#isPaused) return;
    const { watch } = this.#display;
    watch.stop();
    this.#display.note(`paused at step ${step}; p goes on`);
    while (this.#isPaused) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await this.#sample();
    }
    watch.goOn();
  }

  async #sample(): Promise<void> {
    if (!this.#wantsSample) return;
    this.#wantsSample = false;
    await this.#run.sample();
  }

  /** Ends a pause, since the run is to end. */
  release(): void {
    this.#isPaused = false;
    this.#wake();
  }

  close(): void {
    this.#keyboard.close();
  }
}
