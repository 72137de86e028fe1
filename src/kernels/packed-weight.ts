import type { Floats, Weight, WeightUse } from './kernels.ts';

/** How a kernel set packs matrices: copies in panels of so many columns. */
export interface Packing {
  readonly panel: number;
  /** panels of W (K,N) */
  pack(packed: Floats, w: Floats, K: number, N: number): void;
  /** panels of Wᵀ, W (N,K) */
  packTransposed(packed: Floats, w: Floats, N: number, K: number): void;
  transpose(out: Floats, w: Floats, N: number, V: number): void;
}

/** W (N,K) with its copies in the order of the products; those that its use does not need are empty. */
export class PackedWeight implements Weight {
  readonly data: Floats;
  readonly rows: number;
  readonly columns: number;
  /** panels of Wᵀ, for x·Wᵀ */
  readonly forward: Floats;
  /** panels of W, for y·W */
  readonly backward: Floats;
  /** Wᵀ, whose rows are the columns that one-hot characters select */
  readonly transposed: Floats;
  readonly #packing: Packing;

  constructor(
    packing: Packing,
    allocate: (length: number) => Floats,
    data: Floats,
    [rows, columns]: readonly [number, number],
    use: WeightUse,
  ) {
    const panels = (n: number) => Math.ceil(n / packing.panel) * packing.panel;
    const oneHot = use === 'oneHot';
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.forward = allocate(oneHot ? 0 : panels(rows) * columns);
    this.backward = allocate(oneHot ? 0 : panels(columns) * rows);
    this.transposed = allocate(oneHot ? rows * columns : 0);
    this.#packing = packing;
  }

  refresh(): void {
    const { data, rows, columns } = this;
    if (this.transposed.length > 0) this.#packing.transpose(this.transposed, data, rows, columns);
    else {
      this.#packing.packTransposed(this.forward, data, rows, columns);
      this.#packing.pack(this.backward, data, rows, columns);
    }
  }

  /** The weight as kernels with this packing can read it. */
  static of(weight: Weight, { panel }: Packing): PackedWeight {
    if (weight instanceof PackedWeight && weight.#packing.panel === panel) return weight;
    throw new TypeError('a weight of other kernels');
  }
}
