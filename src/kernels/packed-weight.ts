import type { Columns, Floats, Part, Weight, WeightUse } from './kernels.ts';

/** How a kernel set packs matrices: copies in panels of so many columns. */
export interface Packing {
  readonly panel: number;
  /** panels of W (K,N) */
  pack(packed: Floats, w: Floats, K: number, N: number, panels: Columns): void;
  /** panels of Wᵀ, W (N,K) in G blocks of rows, each of which fills its own panels */
  packTransposed(packed: Floats, w: Floats, N: number, K: number, G: number, panels: Columns): void;
  /** rows of out (V,N) = Wᵀ */
  transpose(out: Floats, w: Floats, N: number, V: number, rows: Columns): void;
}

/** W (N,K) with its copies in the order of the products; those that its use does not need are empty. */
export class PackedWeight implements Weight {
  readonly data: Floats;
  readonly rows: number;
  readonly columns: number;
  readonly gates: number;
  /** panels of Wᵀ, for x·Wᵀ */
  readonly forward: Floats;
  /** panels of W, for y·W */
  readonly backward: Floats;
  /** Wᵀ, whose rows are the columns that one-hot characters select */
  readonly transposed: Floats;
  readonly #packing: Packing;
  /** panels of `forward` and of `backward` */
  readonly #panels: readonly [number, number];

  constructor(
    packing: Packing,
    allocate: (length: number) => Floats,
    data: Floats,
    [rows, columns]: readonly [number, number],
    use: WeightUse,
    gates = 1,
  ) {
    if (!(gates >= 1 && Number.isInteger(gates) && rows % gates === 0))
      throw new RangeError(`${gates} gates of ${rows} rows`);
    const panels = (n: number) => Math.ceil(n / packing.panel);
    const oneHot = use === 'oneHot';
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.gates = gates;
    this.#packing = packing;
    this.#panels = [gates * panels(rows / gates), panels(columns)];
    this.forward = allocate(oneHot ? 0 : this.#panels[0] * packing.panel * columns);
    this.backward = allocate(oneHot ? 0 : this.#panels[1] * packing.panel * rows);
    this.transposed = allocate(oneHot ? rows * columns : 0);
  }

  refresh({ index, count }: Part = { index: 0, count: 1 }): void {
    const { data, rows, columns } = this;
    const share = (of: number): Columns => ({
      of,
      from: Math.floor((of * index) / count),
      to: Math.floor((of * (index + 1)) / count),
    });
    if (this.transposed.length > 0) {
      this.#packing.transpose(this.transposed, data, rows, columns, share(columns));
    } else {
      const [forward, backward] = this.#panels;
      this.#packing.packTransposed(this.forward, data, rows, columns, this.gates, share(forward));
      this.#packing.pack(this.backward, data, rows, columns, share(backward));
    }
  }

  /** The weight as kernels with this packing can read it. */
  static of(weight: Weight, { panel }: Packing): PackedWeight {
    if (weight instanceof PackedWeight && weight.#packing.panel === panel) return weight;
    throw new TypeError('a weight of other kernels');
  }
}
