import { formatLecture, type Scene, type TerminalStyle } from '../../src/lecture/index.ts';

const same = (text: string) => text;
/** A terminal of 80 columns without colours. */
export const PLAIN_STYLE: TerminalStyle = {
  width: 80,
  ascii: false,
  color: { bold: same, dim: same, cyan: same, yellow: same },
};

/** One scene as the terminal shows it. */
export const textOf = (scenes: readonly Scene[], id: string): string =>
  formatLecture(
    scenes.filter((scene) => scene.id === id),
    PLAIN_STYLE,
  );
