import type { StepColumns } from './protocol.ts';

/** An entry of the columns: the steps behind the entry before it, up to its own. */
export type StepEntry = Record<keyof StepColumns, number>;

export const emptyColumns = (): StepColumns => ({
  step: [],
  bpc: [],
  learningRate: [],
  gradientNorm: [],
  clipRate: [],
});

/** Training steps in at most so many entries, of about as many steps each, which are twice as many whenever there is no more room. */
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

  add(entry: StepEntry): void {
    const { step, bpc, learningRate, gradientNorm, clipRate } = this.columns;
    const last = step.length - 1;
    const start = last > 0 ? step[last - 1]! : this.#before;
    const made = last < 0 ? 0 : step[last]! - start;
    if (made > 0 && made < this.#stride) {
      // means over all steps of both
      const share = made / (entry.step - start);
      step[last] = entry.step;
      bpc[last] = entry.bpc + share * (bpc[last]! - entry.bpc);
      learningRate[last] = entry.learningRate;
      gradientNorm[last] = entry.gradientNorm + share * (gradientNorm[last]! - entry.gradientNorm);
      clipRate[last] = entry.clipRate + share * (clipRate[last]! - entry.clipRate);
      return;
    }
    if (last + 1 === this.#most) this.#halve();
    step.push(entry.step);
    bpc.push(entry.bpc);
    learningRate.push(entry.learningRate);
    gradientNorm.push(entry.gradientNorm);
    clipRate.push(entry.clipRate);
  }

  /** Makes one entry of each two, of more where they have many steps already. */
  #halve(): void {
    const entries = [...entriesOf(this.columns)];
    do {
      for (const column of Object.values(this.columns)) column.length = 0;
      this.#stride *= 2;
      for (const entry of entries) this.add(entry);
    } while (this.columns.step.length === this.#most);
  }
}

export function* entriesOf({
  step,
  bpc,
  learningRate,
  gradientNorm,
  clipRate,
}: StepColumns): Generator<StepEntry, void, void> {
  for (let i = 0; i < step.length; i++) {
    yield {
      step: step[i]!,
      bpc: bpc[i]!,
      learningRate: learningRate[i]!,
      gradientNorm: gradientNorm[i]!,
      clipRate: clipRate[i]!,
    };
  }
}
