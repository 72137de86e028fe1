import type { Scene } from '../blocks.ts';
import { toAscii } from '../symbols.ts';
import type { Texts } from '../texts/texts.ts';
import type { TerminalStyle } from './boxes.ts';
import { sceneLines } from './terminal.ts';

/** One screen of the lecture. */
export interface ScreenPage {
  scene: number;
  lines: string[];
}

const FRAME = 4;

/** Every scene on screens of `rows` lines: blocks stay whole where they fit, and the keys stand at the bottom. */
export function paginate(
  scenes: readonly Scene[],
  { terminal }: Texts,
  style: TerminalStyle,
  rows: number,
): ScreenPage[] {
  const room = Math.max(1, rows - FRAME);
  const screens = scenes.flatMap((scene, index) => {
    const { title, groups } = sceneLines(scene, style);
    const parts = fill(groups, room);
    return parts.map((lines, part) => {
      const count = parts.length > 1 ? `  (${part + 1}/${parts.length})` : '';
      return { scene: index, title: `${index + 1}/${scenes.length}  ${title}${count}`, lines };
    });
  });
  return screens.map(({ scene, title, lines }, i) => {
    const keys = i === screens.length - 1 ? terminal.last : terminal.keys;
    const filled = [...lines, ...new Array<string>(Math.max(0, room - lines.length)).fill('')];
    return { scene, lines: [title, '', ...filled, '', style.color.dim(style.ascii ? toAscii(keys) : keys)] };
  });
}

/** Groups onto screens in order; one that is longer than a screen goes on on the next. */
function fill(groups: readonly string[][], room: number): string[][] {
  const screens: string[][] = [];
  for (const group of groups) {
    const last = screens.at(-1);
    if (last && last.length + 1 + group.length <= room) last.push('', ...group);
    else for (let from = 0; from < group.length; from += room) screens.push(group.slice(from, from + room));
  }
  return screens;
}
