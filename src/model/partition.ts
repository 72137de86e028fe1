import type { Columns, Part } from '../kernels/kernels.ts';

/*
 * How threads share a network: each computes its part of every result, and every element is computed by one of them, its
 * sum in one order, so that any number of threads gives the same bytes. No thread reads what others compute before all
 * have come to the next barrier.
 */

/** One of the threads that compute a network together. */
export interface Member extends Part {
  /** returns when all have come here and each sees what the others wrote */
  barrier(): void;
  /** where there are so many teams of equal size, which one this is of, and its part there, with barriers of the team */
  inTeam(of: number): { team: number; member: Member };
}

/** A thread that computes everything. */
export const ALONE: Member = {
  index: 0,
  count: 1,
  barrier() {},
  inTeam: () => ({ team: 0, member: ALONE }),
};

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One of `count` nearly equal parts of `total` things, cut at multiples of `grain`. */
export function partOf(total: number, { index, count }: Part, grain = 1): Span {
  const grains = Math.ceil(total / grain);
  const cut = (i: number) => Math.min(total, grain * Math.floor((i * grains) / count));
  return { from: cut(index), to: cut(index + 1) };
}

/** The same of the columns of a matrix with rows of `of`. */
export const columnsOf = (of: number, part: Part, grain: number): Columns => ({
  of,
  ...partOf(of, part, grain),
});

/** A part of a matrix (rows, columns). */
export interface Tile {
  readonly rows: Span;
  readonly columns: Columns;
  /** how many threads share the columns of these rows */
  readonly shared: number;
}

/** Cut `down` times down and `count / down` times across; threads that are left over get nothing. */
function tileOf(rows: number, of: number, { index, count }: Part, down: number, grain: number): Tile {
  const across = Math.floor(count / down);
  const idle = index >= down * across;
  const part = (place: number, parts: number) =>
    idle ? { index: 0, count: Infinity } : { index: place, count: parts };
  return {
    rows: partOf(rows, part(Math.floor(index / across), down)),
    columns: columnsOf(of, part(index % across, across), grain),
    shared: across,
  };
}

/** The tile of a weight's gradient (N,K) for which the least is read of dy (M,N) and x (M,K). */
export function gradientTile(N: number, K: number, part: Part, grain: number): Tile {
  let [best, least] = [1, Number.POSITIVE_INFINITY];
  for (let down = 1; down <= Math.min(N, part.count); down++) {
    const across = Math.floor(part.count / down);
    const read = N / down + Math.max(grain, K / across);
    if (read < least) [best, least] = [down, read];
  }
  return tileOf(N, K, part, best, grain);
}

/* The time of a step in cycles, as far as it tells one tile from another. */
/** Rows of a product that are computed together, and as how many more of them reading the weights counts. */
const [BLOCK, READ_WEIGHTS] = [12, 4];
/** For a number that another thread has computed, and for a barrier. */
const [FROM_OTHERS, BARRIER] = [4, 1500];
/** Weights that do not fit a core's own cache come so many numbers a cycle. */
const [CACHE, FROM_MEMORY] = [2 ** 18, 3];

/**
 * The tile of one step (B,H) with G gates: of all ways to cut it the one whose tiles take the least time. Where only
 * streams are cut no step waits for another thread; where there are few streams, or many units, units are cut.
 */
export function stepTile(B: number, H: number, G: number, part: Part, grain: number): Tile {
  let [best, least] = [1, Number.POSITIVE_INFINITY];
  for (let down = 1; down <= Math.min(B, part.count); down++) {
    const across = Math.floor(part.count / down);
    const rows = Math.ceil(B / down);
    const read = Math.ceil(rows / BLOCK) * READ_WEIGHTS;
    const products = (rows + read) * Math.ceil(Math.ceil(H / grain) / across) * G * H;
    const weights = (G * H * H) / across;
    const compute = Math.max(products, weights > CACHE ? weights / FROM_MEMORY : 0);
    const others = (across - 1) / across;
    const wait = across > 1 ? BARRIER + rows * ((G + 1) / 2) * H * others * FROM_OTHERS : 0;
    if (compute + wait < least) [best, least] = [down, compute + wait];
  }
  return tileOf(B, H, part, best, grain);
}
