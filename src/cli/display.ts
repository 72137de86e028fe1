import { chalkStderr } from 'chalk';
import { Format, type GenericBar, MultiBar } from 'cli-progress';
import { escapeControls, MOST_BAR, Progress } from '../report/index.ts';
import { fold } from '../report/terminal/width.ts';
import type { TrainEvent } from '../train/index.ts';
import { say, warn } from './output.ts';
import { Stopwatch } from './stopwatch.ts';

const LINE_INTERVAL_MS = 10_000;
const SETTLING_MS = 100;

/** Shows a run on stderr: a bar on a terminal, a line every ten seconds elsewhere. */
export class Display {
  readonly progress = new Progress();
  /** of training: it stands still while the run is paused */
  readonly watch = new Stopwatch();
  #screen: { bars: MultiBar; bar: GenericBar } | undefined;
  /** the bar with its figures, as it was last asked for */
  #text = '';
  /** columns of that line on the terminal */
  #drawn = 0;
  #settling: NodeJS.Timeout | undefined;
  #lineTime = 0;

  readonly #quiet: boolean;

  constructor(quiet = false) {
    this.#quiet = quiet;
  }

  show(event: TrainEvent): void {
    this.progress.update(event, this.watch.seconds);
    if (this.#quiet) return;
    if (event.event === 'start') this.#open(event);
    else if (event.event === 'step') this.#step(event.step);
    else if (event.event === 'evaluate' && !this.#screen) this.#line();
    else if (event.event === 'done') this.close();
  }

  /** A block of text above the bar. */
  log(title: string, text: string): void {
    if (!this.#quiet) this.#above(`${chalkStderr.dim(`--- ${title} ---`)}\n${lines(text)}`);
  }

  /** A line above the bar, at once. */
  note(text: string): void {
    if (this.#screen) this.#above(lines(text));
    else say(text);
  }

  warn(text: string): void {
    if (this.#screen) this.#above(chalkStderr.red(lines(text)));
    else warn(text);
  }

  /** Leaves the bar as it is: what comes next stands below it. */
  leave(): void {
    if (this.#screen) process.stderr.write('\n');
    this.#drawn = 0;
  }

  draw(): void {
    this.#screen?.bar.render(true);
  }

  close(): void {
    process.stderr.off('resize', this.#settle);
    this.#settled();
    this.#screen?.bars.stop();
    this.#screen = undefined;
  }

  #open({ step, steps }: Extract<TrainEvent, { event: 'start' }>): void {
    if (!process.stderr.isTTY || process.env.TERM === 'dumb') return;
    const bars = new MultiBar({
      format: (options, { progress }) => {
        if (this.#settling !== undefined) return this.#text;
        // the last column stays free, since what fills it would begin another line
        const width = columns() - 1;
        const { figures, barWidth } = this.progress.fit(width);
        const bar = Format.BarFormat(progress, { ...options, barsize: barWidth });
        this.#text = `${bar}  ${figures}`.slice(0, width);
        return this.#text;
      },
      barsize: MOST_BAR,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      // Ctrl-C may end the process at once: the terminal must be as it was
      hideCursor: false,
      linewrap: true,
    });
    const bar = bars.create(steps, step);
    bar.on('redraw-pre', this.#erase).on('redraw-post', () => {
      this.#drawn = this.#text.length;
    });
    this.#screen = { bars, bar };
    process.stderr.on('resize', this.#settle);
    this.draw();
  }

  #above(text: string): void {
    this.#erase();
    process.stderr.write(text);
    this.draw();
  }

  /** Takes the bar away, which a terminal that was made narrower has broken into several lines. */
  readonly #erase = (): void => {
    if (this.#drawn === 0) return;
    const up = Math.floor((this.#drawn - 1) / columns());
    process.stderr.write(`\r${up > 0 ? `\u001b[${up}A` : ''}\u001b[J`);
    this.#drawn = 0;
  };

  /** While the terminal's size changes, its lines may stand otherwise than this process knows: nothing is drawn. */
  readonly #settle = (): void => {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settled();
      this.draw();
    }, SETTLING_MS);
  };

  #settled(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
  }

  #step(step: number): void {
    if (this.#screen) this.#screen.bar.update(step);
    else if (this.#lineTime === 0) this.#lineTime = performance.now();
    else if (performance.now() - this.#lineTime >= LINE_INTERVAL_MS) this.#line();
  }

  #line(): void {
    say(this.progress.line());
    this.#lineTime = performance.now();
  }
}

const columns = (): number => process.stderr.columns || 80;

/** Harmless lines that a terminal need not break. */
function lines(text: string): string {
  const harmless = escapeControls(text);
  return `${process.stderr.isTTY ? fold(harmless, columns()) : harmless}\n`;
}
