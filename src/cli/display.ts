import { chalkStderr } from 'chalk';
import { escapeControls, Progress } from '../report/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { say, warn } from './output.ts';

const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;

/** What people see of a run, on stderr: a bar on a terminal, a line every ten seconds elsewhere. */
export class Display {
  readonly progress = new Progress();
  readonly #created = performance.now();
  #hasBar = false;
  /** the bar that stands on the terminal */
  #bar = '';
  #drawn = 0;
  readonly #quiet: boolean;

  constructor(quiet = false) {
    this.#quiet = quiet;
  }

  show(event: TrainEvent): void {
    const now = performance.now();
    this.progress.update(event, (now - this.#created) / 1000);
    if (this.#quiet) return;
    if (event.event === 'start') this.#open();
    else if (event.event === 'step') this.#step(now);
    else if (event.event === 'evaluate' && !this.#hasBar) this.#line(now);
    else if (event.event === 'done') this.close();
  }

  /** A block of text above the bar. */
  log(title: string, text: string): void {
    if (!this.#quiet) this.#above(`${chalkStderr.dim(`--- ${title} ---`)}\n${escapeControls(text)}\n`);
  }

  /** A line above the bar, at once. */
  note(text: string): void {
    if (this.#hasBar) this.#above(`${escapeControls(text)}\n`);
    else say(text);
  }

  warn(text: string): void {
    if (this.#hasBar) this.#above(`${chalkStderr.red(escapeControls(text))}\n`);
    else warn(text);
  }

  close(): void {
    if (!this.#hasBar) return;
    this.#draw();
    process.stderr.write('\n');
    process.stderr.off('resize', this.#draw);
    this.#hasBar = false;
  }

  #open(): void {
    this.#hasBar = process.stderr.isTTY && process.env.TERM !== 'dumb';
    if (this.#hasBar) process.stderr.on('resize', this.#draw);
  }

  #above(text: string): void {
    process.stderr.write(this.#erase() + text);
    this.#bar = '';
    if (this.#hasBar) this.#draw();
  }

  readonly #draw = (): void => {
    const erase = this.#erase();
    // the last column stays free, since what fills it would begin another line
    this.#bar = this.progress.bar(columns() - 1);
    process.stderr.write(erase + this.#bar);
  };

  /** Takes the bar away, which a terminal that was made narrower has broken into several lines. */
  #erase(): string {
    if (this.#bar === '') return '';
    const up = Math.floor((this.#bar.length - 1) / columns());
    return `\r${up > 0 ? `\u001b[${up}A` : ''}\u001b[J`;
  }

  #step(now: number): void {
    if (this.#hasBar) {
      if (now - this.#drawn < BAR_INTERVAL_MS) return;
      this.#draw();
      this.#drawn = now;
    } else if (now - this.#drawn >= LINE_INTERVAL_MS && this.#drawn > 0) this.#line(now);
    else if (this.#drawn === 0) this.#drawn = now;
  }

  #line(now: number): void {
    say(this.progress.line());
    this.#drawn = now;
  }
}

const columns = (): number => process.stderr.columns || 80;
