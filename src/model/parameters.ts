import type { Floats, Kernels, Weight } from '../kernels/kernels.ts';
import type { Architecture } from './architecture.ts';
import { ALONE, type Member } from './partition.ts';

/** The role of a parameter, which decides its initialization; of `oneHot` and `embedding` characters select a part. */
export type ParameterRole = 'oneHot' | 'embedding' | 'input' | 'recurrent' | 'output' | 'bias';

export interface ParameterSpec {
  readonly name: string;
  /** (rows, columns) of a matrix, (length) of a bias */
  readonly shape: readonly number[];
  readonly role: ParameterRole;
}

export interface Parameter extends ParameterSpec {
  readonly offset: number;
  readonly size: number;
}

/** One flat buffer with a named view for every parameter: weights, gradients and moments all look like this. */
export class ParameterBuffer {
  readonly table: readonly Parameter[];
  readonly data: Floats;
  readonly #views: ReadonlyMap<string, Floats>;

  constructor(table: readonly Parameter[], kernels: Kernels) {
    this.table = table;
    this.data = kernels.allocate(table.reduce((sum, { size }) => sum + size, 0));
    this.#views = new Map(
      table.map(({ name, offset, size }) => [name, this.data.subarray(offset, offset + size)]),
    );
  }

  view(name: string): Floats {
    const view = this.#views.get(name);
    if (view === undefined) throw new Error(`no parameter named ${name}`);
    return view;
  }
}

/** The weights of a model, shared by every network that runs over them. */
export class Weights extends ParameterBuffer {
  readonly architecture: Architecture;
  readonly #matrices = new Map<string, Weight>();
  /** whether values have changed since the kernels' copies of the matrices were made; the next forward pass makes them anew */
  stale = true;

  constructor(architecture: Architecture, table: readonly Parameter[], kernels: Kernels) {
    super(table, kernels);
    this.architecture = architecture;
    for (const { name, shape, role } of this.table) {
      const [rows, columns] = shape;
      if (rows === undefined || columns === undefined) continue;
      const use = role === 'oneHot' ? 'oneHot' : 'dense';
      const gates = role === 'recurrent' ? rows / columns : 1;
      this.#matrices.set(name, kernels.weight(this.view(name), rows, columns, use, gates));
    }
  }

  matrix(name: string): Weight {
    const matrix = this.#matrices.get(name);
    if (matrix === undefined) throw new Error(`no matrix named ${name}`);
    return matrix;
  }

  /** Takes other values. */
  assign(values: ArrayLike<number>): void {
    this.data.set(values);
    this.stale = true;
  }

  /** Changes values in place. */
  update(change: (data: Floats) => void): void {
    change(this.data);
    this.stale = true;
  }

  /** One thread's part of bringing them up to date, where values have changed. */
  refresh(member: Member = ALONE): void {
    if (!this.stale) return;
    for (const matrix of this.#matrices.values()) matrix.refresh(member);
    member.barrier();
    this.stale = false;
  }
}
