/** Points of a line, x ascending; null breaks it. */
export interface Line {
  x: ArrayLike<number>;
  y: ArrayLike<number | null>;
}

/**
 * A line as it can be drawn: of what falls into one column of pixels the lowest and the highest value, in their order, so that
 * no peak is lost. A hundred thousand points become two a column.
 * @param from first x that is seen; @param to last one; @param columns how many there are between
 */
export function thinned(
  { x, y }: Line,
  from: number,
  to: number,
  columns: number,
): { x: number[]; y: (number | null)[] } {
  const thin: { x: number[]; y: (number | null)[] } = { x: [], y: [] };
  const push = (i: number) => {
    thin.x.push(x[i]!);
    thin.y.push(isNumber(y[i]!) ? y[i]! : null);
  };
  const columnOf = (i: number) => Math.floor(((x[i]! - from) / (to - from)) * columns);
  // the neighbours outside are drawn too, so that a line comes from somewhere and goes on
  const first = Math.max(0, firstAtLeast(x, from) - 1);
  const end = Math.min(x.length, firstAtLeast(x, to) + 1);
  for (let i = first; i < end; ) {
    const column = columnOf(i);
    let [low, high] = [i, i];
    for (; i < end && columnOf(i) === column; i++) {
      if (beats(y[i]!, y[low]!, -1)) low = i;
      if (beats(y[i]!, y[high]!, 1)) high = i;
    }
    push(Math.min(low, high));
    if (low !== high) push(Math.max(low, high));
  }
  return thin;
}

const isNumber = (value: number | null): value is number => value !== null && Number.isFinite(value);
/** Whether a number is further that way than what was found before. */
const beats = (a: number | null, b: number | null, sign: 1 | -1): boolean =>
  isNumber(a) && (!isNumber(b) || sign * a > sign * b);

/** Index of the first that is at least this, or the length. */
export function firstAtLeast(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** So many windows make a curve, so that one of any length is smoothed alike. */
const WINDOWS = 40;

/**
 * Means over windows with the value in their middle, so that the line does not trail behind; at the start they are as short as
 * that needs, at the end they lack their second half. What is no number is left out.
 */
export function smoothed(values: ArrayLike<number | null>): Float64Array {
  const n = values.length;
  const reach = Math.floor(n / WINDOWS / 2);
  const sums = new Float64Array(n + 1);
  const counts = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    sums[i + 1] = sums[i]! + (isNumber(value) ? value : 0);
    counts[i + 1] = counts[i]! + (isNumber(value) ? 1 : 0);
  }
  return Float64Array.from({ length: n }, (_, i) => {
    const [from, to] = [i - Math.min(reach, i), Math.min(n, i + Math.min(reach, i) + 1)];
    return (sums[to]! - sums[from]!) / (counts[to]! - counts[from]!);
  });
}

/** Lowest and highest finite value within a range of x; undefined where there is none. */
export function extent({ x, y }: Line, from: number, to: number): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (let i = firstAtLeast(x, from); i < x.length && x[i]! <= to; i++) {
    const value = y[i]!;
    if (!isNumber(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : undefined;
}
