import type { Columns } from '../kernels.ts';
import type { WasmArena } from './arena.ts';

/** As in wasm/simd.ts. */
const PANEL = 8;

const panelCount = (N: number): number => Math.ceil(N / PANEL);

/** Argument checks for build/bindings.cjs, one for each kind of native/kernels.def; all throw a RangeError or a TypeError. */
export const checksOf = (arena: WasmArena) => ({
  panel: PANEL,
  at: arena.at.bind(arena),
  idsAt: arena.idsAt.bind(arena),
  size,
  columnsOf,
  rowColumnsOf,
  panelsOf,
  packedSize,
  panelCount,
});

function size(n: number): void {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
    throw new RangeError('expected a size: an integer from 0 to 2147483647');
}

function columnsOf(columns: Columns | undefined, of: number): Columns {
  if (!columns) return { of, from: 0, to: of };
  const { from, to } = columns;
  const areWhole = Number.isInteger(from) && Number.isInteger(to);
  if (columns.of !== of || !areWhole || from < 0 || from > to || to > of)
    throw new RangeError('columns outside the matrix');
  return columns;
}

function rowColumnsOf(columns: Columns | undefined, length: number): Columns {
  const of = columns?.of ?? length;
  if (length > 0 && !(of > 0 && length % of === 0))
    throw new RangeError('columns of rows that the array does not consist of');
  return columnsOf(columns, of);
}

function panelsOf(given: Columns | undefined, of: number): Columns {
  const columns = columnsOf(given, of);
  const { from, to } = columns;
  if (from % PANEL > 0 || (to % PANEL > 0 && to < of)) throw new RangeError('columns cut inside a panel');
  return columns;
}

/** How many numbers W (N,K) in G blocks takes. */
function packedSize(N: number, K: number, G: number): number {
  if (G === 0 || N % G > 0) throw new RangeError('expected a number of gates that divides the rows');
  return G * panelCount(N / G) * PANEL * K;
}
