import { emitKeypressEvents, type Key } from 'node:readline';

/** A second screen, so that what stood in the terminal comes back afterwards; no cursor on it. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[H\u001b[2J';

const FORWARD = ['space', 'return', 'enter', 'right', 'down', 'pagedown', 'n'];
const BACK = ['left', 'up', 'pageup', 'backspace', 'b', 'p'];
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** One screen, and the scene that it belongs to. */
interface Screen {
  scene: number;
  lines: readonly string[];
}

/**
 * Shows screens by key press until the reader leaves; the terminal is restored in every case.
 * @param layOut the screens for the terminal's present size
 * @returns the exit code: 0, or 128 and the signal's number
 */
export async function stepThrough(layOut: () => readonly Screen[]): Promise<number> {
  const { stdin, stdout } = process;
  let screens = layOut();
  let at = 0;
  const draw = () => stdout.write(CLEAR + screens[at]!.lines.join('\r\n'));
  const go = (place: number) => {
    at = Math.min(Math.max(place, 0), screens.length - 1);
    draw();
  };
  const resize = () => {
    const { scene } = screens[at]!;
    screens = layOut();
    go(screens.findIndex((screen) => screen.scene === scene));
  };
  const restore = openTerminal();
  stdout.on('resize', resize);
  draw();
  try {
    return await new Promise<number>((resolve) => {
      stdin.on('keypress', (character: string | undefined, { name = '', ctrl = false }: Key) => {
        // an end of input that came before the keys were taken one by one
        if (character === '\u0000') resolve(0);
        else if (ctrl) {
          if (name === 'c') resolve(SIGNALS.SIGINT);
          if (name === 'd') resolve(0);
        } else if (FORWARD.includes(name)) go(at + 1);
        else if (BACK.includes(name)) go(at - 1);
        else if (name === 'home') go(0);
        else if (name === 'end') go(screens.length - 1);
        else if (name === 'q' || name === 'escape') resolve(0);
      });
      stdin.once('end', () => resolve(0));
      for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => resolve(code));
    });
  } finally {
    stdout.off('resize', resize);
    restore();
  }
}

/** @returns what undoes it, which happens on exit too, should something throw */
function openTerminal(): () => void {
  const { stdin, stdout } = process;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  stdout.write(ENTER);
  const restore = () => {
    process.off('exit', restore);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(LEAVE);
  };
  process.once('exit', restore);
  return restore;
}
