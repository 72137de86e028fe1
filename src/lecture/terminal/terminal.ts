import { escapeControls } from '../../report/escape.ts';
import { center, displayWidth, padEnd, padStart, wrap } from '../../report/terminal/width.ts';
import { type Block, groupBlocks, type Scene, subscript } from '../blocks.ts';
import { mapStrings, toAscii } from '../symbols.ts';
import { equationLines, type TerminalStyle } from './boxes.ts';
import { curveLines } from './curves.ts';

const INDENT = '  ';
const BAR_WIDTH = 30;

/** A scene for a terminal: its title, and its groups of blocks as lines. */
export function sceneLines(scene: Scene, style: TerminalStyle): { title: string; groups: string[][] } {
  const safe = mapStrings(scene, (text) =>
    style.ascii ? toAscii(escapeControls(text)) : escapeControls(text),
  );
  const inner = { ...style, width: style.width - INDENT.length };
  const groups = groupBlocks(safe.blocks).map((group) =>
    group.flatMap((block, i) => {
      const lines = blockLines(block, inner).map((line) => (line === '' ? '' : INDENT + line));
      return i === 0 ? lines : ['', ...lines];
    }),
  );
  return { title: style.color.bold(safe.title), groups };
}

/** The whole lecture as text. */
export function formatLecture(scenes: readonly Scene[], style: TerminalStyle): string {
  const parts = scenes.map((scene, i) => {
    const { title, groups } = sceneLines(scene, style);
    return [`${i + 1}  ${title}`, '', ...groups.flatMap((group) => [...group, ''])].join('\n');
  });
  return parts.join('\n');
}

function blockLines(block: Block, style: TerminalStyle): string[] {
  switch (block.kind) {
    case 'text':
      return wrap(block.text, style.width);
    case 'formula':
      return block.lines.map((line) => INDENT + line);
    case 'definitions':
      return block.items.flatMap(({ name, text, formula }) => [
        ...wrap(`${style.color.bold(name)}: ${text}`, style.width),
        `${INDENT}${INDENT}${formula}`,
      ]);
    case 'equation':
      return equationLines(block.terms, style);
    case 'table':
      return tableLines(block, style);
    case 'chances':
      return chanceLines(block, style);
    case 'curves':
      return curveLines(block, style);
    case 'network':
      return networkLines(block, style);
    default:
      return block satisfies never;
  }
}

type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;

function tableLines({ caption, head, rows, numeric }: Of<'table'>, { color }: TerminalStyle): string[] {
  const widths = head.map((label, column) =>
    Math.max(...[label, ...rows.map((row) => row[column]!)].map(displayWidth)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (numeric.includes(column) ? padStart : padEnd)(cell, widths[column]!))
      .join('  ')
      .trimEnd();
  return [color.bold(caption), color.dim(line(head)), ...rows.map(line)];
}

function chanceLines(
  { caption, names, p, right, rightLabel }: Of<'chances'>,
  { ascii, color }: TerminalStyle,
): string[] {
  const width = Math.max(...names.map(displayWidth));
  const rows = names.map((name, i) => {
    const bar = (ascii ? '#' : '█').repeat(Math.round(p[i]! * BAR_WIDTH));
    const note = i === right ? ` ${ascii ? '<-' : '←'} ${rightLabel}` : '';
    return `${padEnd(name, width)}  ${p[i]!.toFixed(3)} ${i === right ? color.cyan(bar) : bar}${note}`;
  });
  return [color.bold(caption), ...rows];
}

const SIGNS = {
  unicode: { up: '↑', down: '↓', right: '─→', left: '←─', index: (n: number) => `h${subscript(n)}` },
  ascii: { up: '^', down: 'v', right: '->', left: '<-', index: (n: number) => `h${n}` },
};
const CELL = 6;

/** Outputs above, states in the middle, inputs below; the step that is looked at in brackets. */
function networkLines(
  { label, inputs, outputs, at, backward = false }: Of<'network'>,
  { ascii, color, width }: TerminalStyle,
): string[] {
  const signs = ascii ? SIGNS.ascii : SIGNS.unicode;
  const arrow = backward ? signs.left : signs.right;
  const vertical = backward ? signs.down : signs.up;
  const paint = backward ? color.yellow : color.cyan;
  const states = inputs.map((_, i) => {
    const name = signs.index(i + 1);
    const cell = i + 1 === at ? `[${name}]` : ` ${name} `;
    const padded = padEnd(cell, 4);
    return (displayWidth(padded) > 4 ? arrow.slice(-1) : arrow) + (i + 1 === at ? paint(padded) : padded);
  });
  const row = (cells: readonly string[]) =>
    ' '.repeat(displayWidth(signs.index(0))) + cells.map((cell) => `  ${center(cell, CELL - 2)}`).join('');
  const arrows = row(inputs.map(() => vertical));
  const hasRoom = CELL * inputs.length + '  Whh'.length + 2 <= width;
  const named = (line: string, weight: string) => (hasRoom ? `${line}  ${color.dim(weight)}` : line);
  const lines = [
    row(outputs),
    named(arrows, 'Why'),
    named(`${signs.index(0)}${states.join('')}`, 'Whh'),
    named(arrows, 'Wxh'),
    row(inputs),
  ];
  const caption = at === undefined ? wrap(label, width).map((text) => color.dim(text)) : [];
  return [...lines.map((line) => line.trimEnd()), ...caption];
}
