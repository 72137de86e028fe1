import type { StepColumns } from './protocol.ts';

/** One training step as the columns have it. */
export interface StepValues {
  step: number;
  bpc: number;
  learningRate: number;
  gradientNorm: number;
  clipped: boolean;
}

export const emptyColumns = (): StepColumns => ({
  step: [],
  bpc: [],
  learningRate: [],
  gradientNorm: [],
  clipRate: [],
});

/** Training steps in at most so many entries, each of as many steps, which are twice as many whenever there is no more room. */
export class BoundedColumns {
  readonly columns = emptyColumns();
  readonly #most: number;
  /** the step before the first entry */
  readonly #before: number;
  /** steps of an entry */
  #stride = 1;

  /** @param most an even number of entries; @param before the step before the first */
  constructor(most: number, before: number) {
    this.#most = most;
    this.#before = before;
  }

  add({ step, bpc, learningRate, gradientNorm, clipped }: StepValues): void {
    const { columns } = this;
    const last = columns.step.length - 1;
    const entry = { step, bpc, learningRate, gradientNorm, clipRate: Number(clipped) };
    if (last >= 0 && columns.step[last]! - this.#startOf(last) < this.#stride) {
      const [made, steps] = [columns.step[last]! - this.#startOf(last), step - this.#startOf(last)];
      setEntry(columns, last, merged(entryOf(columns, last), entry, made / steps));
      return;
    }
    if (last + 1 === this.#most) this.#halve();
    setEntry(columns, columns.step.length, entry);
  }

  /** The step before an entry. */
  #startOf(i: number): number {
    return i === 0 ? this.#before : this.columns.step[i - 1]!;
  }

  /** Makes one entry of each two. */
  #halve(): void {
    const { columns } = this;
    let start = this.#before;
    for (let i = 0; i < this.#most; i += 2) {
      const [a, b] = [entryOf(columns, i), entryOf(columns, i + 1)];
      setEntry(columns, i / 2, merged(a, b, (a.step - start) / (b.step - start)));
      start = b.step;
    }
    for (const column of Object.values(columns)) column.length = this.#most / 2;
    this.#stride *= 2;
  }
}

type Entry = Record<keyof StepColumns, number>;

const entryOf = (columns: StepColumns, i: number): Entry => ({
  step: columns.step[i]!,
  bpc: columns.bpc[i]!,
  learningRate: columns.learningRate[i]!,
  gradientNorm: columns.gradientNorm[i]!,
  clipRate: columns.clipRate[i]!,
});

function setEntry(columns: StepColumns, i: number, entry: Entry): void {
  for (const name of Object.keys(columns) as (keyof StepColumns)[]) columns[name][i] = entry[name];
}

/** @param fraction of the steps of both that the first stands for */
function merged(a: Entry, b: Entry, fraction: number): Entry {
  const mean = (name: keyof Entry) => fraction * a[name] + (1 - fraction) * b[name];
  const { step, learningRate } = b;
  return {
    step,
    bpc: mean('bpc'),
    learningRate,
    gradientNorm: mean('gradientNorm'),
    clipRate: mean('clipRate'),
  };
}
