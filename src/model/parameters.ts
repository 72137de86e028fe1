import type { Config } from '../config/index.ts';
import type { CellName, Nonlinearity } from '../config/names.ts';
import type { Floats, Kernels, Weight } from '../kernels/kernels.ts';
import { CELLS } from './cells.ts';
import { ALONE, type Member } from './partition.ts';

/** What fixes the shape of every tensor of a model. */
export interface Architecture {
  readonly cell: CellName;
  readonly vocabularySize: number;
  readonly hidden: number;
  readonly layers: number;
  /** of the rnn cell; tanh unless given */
  readonly nonlinearity?: Nonlinearity;
  /** length N of the characters' learned vectors, which input and output share; 0, also when not given, is one-hot */
  readonly embedding?: number;
}

/** The architecture that a configuration asks for. */
export function architectureFor(
  { cell, hidden, layers, nonlinearity, embedding }: Config,
  vocabularySize: number,
): Architecture {
  return { cell, hidden, layers, nonlinearity, embedding, vocabularySize };
}

/** What a parameter does, which decides how it starts; of `oneHot` and `embedding` characters select a part. */
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

/** The one list of parameters: offsets, counts, checkpoint keys and reports all come from it. */
export function parameterTable(architecture: Architecture): Parameter[] {
  const { cell, vocabularySize: V, hidden: H, layers: L, embedding: N = 0 } = architecture;
  const specs: ParameterSpec[] = [];
  if (N > 0) specs.push({ name: 'embedding.E', shape: [V, N], role: 'embedding' });
  for (let layer = 0; layer < L; layer++) {
    const oneHot = layer === 0 && N === 0;
    for (const spec of CELLS[cell].parameters(layer > 0 ? H : N || V, H)) {
      const role = oneHot && spec.role === 'input' ? 'oneHot' : spec.role;
      specs.push({ ...spec, role, name: `layers.${layer}.${spec.name}` });
    }
  }
  if (N > 0) specs.push({ name: 'output.Whe', shape: [N, H], role: 'output' });
  else specs.push({ name: 'output.Why', shape: [V, H], role: 'output' });
  specs.push({ name: 'output.by', shape: [V], role: 'bias' });
  let offset = 0;
  return specs.map((spec) => {
    const size = spec.shape.reduce((product, n) => product * n, 1);
    const parameter = { ...spec, offset, size };
    offset += size;
    return parameter;
  });
}

export function countParameters(architecture: Architecture): number {
  return parameterTable(architecture).reduce((sum, { size }) => sum + size, 0);
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

  constructor(architecture: Architecture, kernels: Kernels) {
    super(parameterTable(architecture), kernels);
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
