import { chalkStderr } from 'chalk';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { escapeControls, Progress } from '../report/index.ts';
import type { TrainEvent } from '../train/index.ts';
import { say } from './output.ts';

const FORMAT =
  '{bar} {percentage}% | step {value}/{total} | epoch {epoch} | bpc {bpc} | validation {validation} | ' +
  '|g| {norm} | clipped {clipped} | {rate} chars/s | ETA {eta_formatted}';
const NARROW_FORMAT =
  '{percentage}% | bpc {bpc} | validation {validation} | {rate} chars/s | ETA {eta_formatted}';
const WIDE = 130;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;

/** What people see of a run, on stderr: a bar on a terminal, a line every ten seconds elsewhere. */
export class Display {
  readonly progress = new Progress();
  readonly #started = performance.now();
  #bars: MultiBar | undefined;
  #bar: SingleBar | undefined;
  #drawn = 0;

  show(event: TrainEvent): void {
    const now = performance.now();
    this.progress.update(event, (now - this.#started) / 1000);
    if (event.event === 'start') this.#open();
    else if (event.event === 'step') this.#step(now);
    else if (event.event === 'evaluate' && !this.#bar) this.#line(now);
    else if (event.event === 'done') this.close();
  }

  /** A block of text above the bar. */
  log(title: string, text: string): void {
    const block = `${chalkStderr.dim(`--- ${title} ---`)}\n${escapeControls(text)}\n`;
    if (this.#bars) this.#bars.log(block);
    else process.stderr.write(block);
  }

  /** A line above the bar, at once. */
  note(text: string): void {
    this.#bars?.log(`${escapeControls(text)}\n`);
    this.#bars?.update();
    if (!this.#bars) say(text);
  }

  warn(text: string): void {
    if (this.#bars) this.#bars.log(`${chalkStderr.red(escapeControls(text))}\n`);
    else say(text);
  }

  close(): void {
    if (this.#bar) {
      this.#bar.update(this.progress.step, this.progress.fields());
      this.#bars?.update();
    }
    this.#bars?.stop();
    this.#bars = undefined;
    this.#bar = undefined;
  }

  #open(): void {
    if (!process.stderr.isTTY || process.env.TERM === 'dumb') return;
    const format = (process.stderr.columns ?? 80) >= WIDE ? FORMAT : NARROW_FORMAT;
    this.#bars = new MultiBar(
      { format, barsize: 20, hideCursor: true, clearOnComplete: false, linewrap: false, etaBuffer: 50 },
      Presets.shades_classic,
    );
    this.#bar = this.#bars.create(this.progress.steps, this.progress.step, this.progress.fields());
  }

  #step(now: number): void {
    if (this.#bar) {
      if (now - this.#drawn < BAR_INTERVAL_MS) return;
      this.#bar.update(this.progress.step, this.progress.fields());
      this.#drawn = now;
    } else if (now - this.#drawn >= LINE_INTERVAL_MS && this.#drawn > 0) this.#line(now);
    else if (this.#drawn === 0) this.#drawn = now;
  }

  #line(now: number): void {
    say(this.progress.line());
    this.#drawn = now;
  }
}
