import { execFileSync } from 'node:child_process';
import xterm from '@xterm/headless';
import { inTerminal } from './terminal.ts';

/** A terminal that keeps what it was told to show, as wide and high as one that a program runs in. */
export class Screen {
  readonly #terminal: xterm.Terminal;
  #tty = '';
  /** all that was written, with its escape sequences */
  raw = '';

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 2000, allowProposedApi: true });
  }

  write(data: string): Promise<void> {
    this.raw += data;
    return new Promise((resolve) => this.#terminal.write(data, resolve));
  }

  /** Lines from the first to the cursor's, those broken by the terminal in their parts. */
  #rows(): { text: string; goesOn: boolean }[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.baseY + active.cursorY + 1 }, (_, i) => {
      const line = active.getLine(i)!;
      return { text: line.translateToString(true).trimEnd(), goesOn: line.isWrapped };
    });
  }

  get lines(): string[] {
    return this.#rows().map(({ text }) => text);
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** The last line, which the bar stands on. */
  get bar(): string {
    return this.lines.at(-1)!;
  }

  /** Lines that were too long, so that the terminal broke them. */
  get broken(): string[] {
    return this.#rows()
      .filter(({ goesOn }) => goesOn)
      .map(({ text }) => text);
  }

  /** Of the screen and of the system's terminal, which tells the program. */
  resize(columns: number): void {
    this.#tty ||= /\/dev\/\S+/.exec(this.text)![0];
    this.#terminal.resize(columns, this.#terminal.rows);
    execFileSync('stty', ['-F', this.#tty, 'cols', String(columns)]);
  }
}

/** What is awaited on a screen, and what is typed or done then. */
export type Turn = [seen: (screen: Screen) => boolean, answer: string | ((screen: Screen) => void)];

/** Runs a line in a pseudo-terminal of that size and shows it on a screen; the terminal's name is its first line. */
export async function onScreen(
  cwd: string,
  line: string,
  { columns, rows = 50 }: { columns: number; rows?: number },
  turns: readonly Turn[],
  env = {},
): Promise<Screen> {
  const screen = new Screen(columns, rows);
  const left = [...turns];
  let shown = Promise.resolve();
  await inTerminal(cwd, `stty cols ${columns} rows ${rows}; tty; ${line}`, [], env, (data, type) => {
    shown = shown.then(async () => {
      await screen.write(data);
      for (let [turn] = left; turn?.[0](screen); [turn] = left) {
        left.shift();
        if (typeof turn[1] === 'string') type(turn[1]);
        else turn[1](screen);
        if (typeof turn[1] === 'string') break;
      }
    });
  });
  await shown;
  return screen;
}
