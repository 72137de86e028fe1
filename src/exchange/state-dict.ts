import type { Fail, Tensor } from './tensors.ts';

/** Parts of PyTorch models that our cells do not have, by the names of their tensors. */
const FOREIGN: [RegExp, string][] = [
  [/_reverse$/, 'a bidirectional network'],
  [/weight_hr_l\d+$/, 'an LSTM with projections (proj_size)'],
  [/att(n|ention)/i, 'attention'],
  [/norm|(^|\.)ln/i, 'a normalization layer'],
];
const KNOWN =
  'expected one nn.RNN, nn.LSTM or nn.GRU between one-hot characters or one nn.Embedding and one nn.Linear';

/** The tensors of a PyTorch model, each taken once; what is left in the end belongs to something else. */
export class StateDict {
  readonly #tensors: Map<string, Tensor>;
  readonly #fail: Fail;

  /** @param metadata in which a tensor that is saved under one name only has its other names */
  constructor(tensors: ReadonlyMap<string, Tensor>, metadata: ReadonlyMap<string, string>, fail: Fail) {
    this.#tensors = new Map(tensors);
    this.#fail = fail;
    for (const [name, same] of metadata) {
      const tensor = tensors.get(same);
      if (tensor && !tensors.has(name)) this.#tensors.set(name, tensor);
    }
    for (const name of this.#tensors.keys()) {
      const [, part] = FOREIGN.find(([pattern]) => pattern.test(name)) ?? [];
      if (part !== undefined) this.#refuse(name, part);
    }
  }

  get names(): string[] {
    return [...this.#tensors.keys()];
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  shape(name: string): readonly number[] {
    return this.#tensors.get(name)?.shape ?? [];
  }

  take(name: string, shape: readonly number[]): Tensor['data'] {
    const tensor = this.#tensors.get(name);
    if (!tensor) return this.#fail(`${JSON.stringify(name)}: expected a tensor (${shape}), got none`);
    if (tensor.shape.join() !== shape.join())
      this.#fail(`${JSON.stringify(name)}: expected a tensor (${shape}), got (${tensor.shape})`);
    this.#tensors.delete(name);
    return tensor.data;
  }

  requireEmpty(): void {
    for (const name of this.#tensors.keys()) this.#refuse(name, 'another part');
  }

  #refuse(name: string, part: string): never {
    return this.#fail(`${JSON.stringify(name)} is of ${part}, which rnn does not have; ${KNOWN}`);
  }
}
