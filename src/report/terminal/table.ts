import { displayWidth, padEnd } from './width.ts';

/** Rows of label and value, labels padded to one column. */
export function table(rows: readonly (readonly [string, string])[]): string {
  return columns(undefined, rows);
}

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
