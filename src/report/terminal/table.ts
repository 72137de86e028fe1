import { displayWidth, padEnd, wrap } from './width.ts';

/** Rows of label and value, labels padded to one column; @param width of lines, beyond which a value goes on below itself */
export function table(rows: readonly (readonly [string, string])[], width = Infinity): string {
  if (width === Infinity) return columns(undefined, rows);
  const label = Math.max(...rows.map(([name]) => displayWidth(name)));
  const room = Math.max(LEAST_ROOM, width - label - 4);
  return columns(
    undefined,
    rows.flatMap(([name, value]) => wrap(value, room).map((line, i) => [i === 0 ? name : '', line] as const)),
  );
}
const LEAST_ROOM = 20;

/** Rows of cells, each column but the last padded to its widest. */
export function columns(head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  const all = head ? [head, ...rows] : rows;
  const widths = (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => displayWidth(row[i]!))));
  return all
    .map((row) => {
      const cells = row.map((cell, i) => (i + 1 < row.length ? padEnd(cell, widths[i]!) : cell));
      return `  ${cells.join('  ')}\n`;
    })
    .join('');
}
