import { architectureOf, loadWeights } from '../../../checkpoint/index.ts';
import { createKernels } from '../../../kernels/index.ts';
import type { LoadedModel } from '../../../library/model.ts';
import { Place, SharedSampler } from '../../../library/places.ts';
import { createRandom } from '../../../random.ts';
import { continuation, type GenerateOptions, Sampler, type SamplerState } from '../../../sample/index.ts';
import { evaluationBytes } from '../../../train/index.ts';
import { Turns } from '../../../turns.ts';

/** Where a text stands after its last character, and before it; null where it has only one. */
export interface Standing {
  ids: readonly number[];
  before: SamplerState | null;
  after: SamplerState;
}

/** Reads texts that change at their end, as one that is typed: what stays the same is not read again. */
export class PrefixReader {
  readonly #shared: SharedSampler;
  readonly #turns = new Turns();
  #ids: number[] = [];
  /** after each of the ids */
  #states: SamplerState[] = [];

  constructor({ checkpoint }: LoadedModel) {
    const kernels = createKernels('auto', () => evaluationBytes(architectureOf(checkpoint), 1));
    this.#shared = new SharedSampler(new Sampler(loadWeights(checkpoint, kernels), kernels));
  }

  /** Reads a text of at least one character; the one that was begun before must have been aborted. @throws signal.reason */
  async read(ids: readonly number[], signal: AbortSignal): Promise<Standing> {
    let known = 0;
    while (known < ids.length && ids[known] === this.#ids[known]) known++;
    this.#ids.length = known;
    this.#states.length = known;
    const place = known > 0 ? placeAt(this.#states[known - 1]!) : this.#begin(ids[0]!);
    for (let at = this.#ids.length; at < ids.length; at++) {
      this.#shared.at(place).read([ids[at]!]);
      this.#push(ids[at]!, place);
      await this.#turns.take(signal);
    }
    this.#shared.end(place);
    return { ids, before: this.#states.at(-2) ?? null, after: this.#states.at(-1)! };
  }

  /** Probabilities of the next character; the network computes nothing for it. */
  distribution(after: SamplerState, options: GenerateOptions): Float64Array {
    const place = placeAt(after);
    const sampler = this.#shared.at(place);
    const p = sampler.distribution(options);
    if (options.greedy) p.fill(0)[sampler.mostProbable(options)] = 1;
    this.#shared.end(place);
    return p;
  }

  /** The ids that follow, some at a time: those of `rnn sample` with the same settings. @throws signal.reason */
  async *write(
    after: SamplerState,
    options: GenerateOptions & { len: number },
    rngSeed: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly number[], void, void> {
    const place = placeAt(after);
    const next: Sampler['next'] = (...drawing) => this.#shared.at(place).next(...drawing);
    const written: number[] = [];
    for (const id of continuation({ next }, options, [], createRandom(`${rngSeed}/0`, 'sample'))) {
      written.push(id);
      if (this.#turns.isDue) yield written;
      await this.#turns.take(signal);
    }
    yield written;
    this.#shared.end(place);
  }

  #begin(id: number): Place {
    const place = this.#shared.begin([id]);
    this.#push(id, place);
    return place;
  }

  #push(id: number, place: Place): void {
    this.#ids.push(id);
    this.#states.push(this.#shared.at(place).save());
  }
}

function placeAt(state: SamplerState): Place {
  const place = new Place();
  place.state = state;
  return place;
}
