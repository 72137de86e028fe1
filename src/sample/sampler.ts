import type { Vocabulary } from '../corpus/index.ts';
import type { Floats, Kernels } from '../kernels/index.ts';
import { Network, Weights } from '../model/index.ts';
import type { Random } from '../random.ts';
import { argmax, averageLogits, draw, type Shaping, shapeDistribution } from './distribution.ts';
import { penalizeRepetition, REPETITION_WINDOW } from './repetition.ts';

export interface GenerateOptions extends Shaping {
  greedy: boolean;
  /** factor on the odds of what would make a repeat longer, see `penalizeRepetition`; 1 or none is off */
  repetitionPenalty?: number;
}

/** Where a text stands: what the next character depends on. */
export interface SamplerState {
  readonly models: readonly { readonly carried: Float32Array; readonly logits: Floats }[];
  readonly recent: readonly number[];
}

/** Draws character after character; one sampler serves any number of texts, its weights may change between them. */
export class Sampler {
  readonly #networks: readonly Network[];
  /** the ids at the end of the text */
  #recent: number[] = [];

  /** @param models one, or several of the same vocabulary, whose distributions are averaged */
  constructor(models: Weights | readonly Weights[], kernels: Kernels) {
    const all = models instanceof Weights ? [models] : models;
    this.#networks = all.map((weights) => new Network(weights, kernels, { B: 1, T: 1, backward: false }));
  }

  /** Begins a text. @param seed ids it starts with, at least one */
  prime(seed: ArrayLike<number>): void {
    for (const network of this.#networks) network.resetState();
    this.#recent = [];
    this.read(seed);
  }

  /** Goes on with the text by given ids. */
  read(ids: ArrayLike<number>): void {
    for (let i = 0; i < ids.length; i++) this.#feed(ids[i]!);
  }

  /** A copy of where the text stands, to go on with it after others. */
  save(): SamplerState {
    const models = this.#networks.map((network) => ({
      carried: network.readState(),
      logits: network.logits.slice(),
    }));
    return { models, recent: this.#recent.slice() };
  }

  restore({ models, recent }: SamplerState): void {
    this.#networks.forEach((network, i) => {
      const { carried, logits } = models[i]!;
      network.writeState(carried);
      network.logits.set(logits);
    });
    this.#recent = recent.slice();
  }

  /** Probabilities of the next id, as it would be drawn. */
  distribution(options: GenerateOptions): Float64Array {
    return shapeDistribution(this.#logits(options), options);
  }

  /** Draws the next id, which is the next input. */
  next(options: GenerateOptions, random: Random): number {
    const id = options.greedy ? this.mostProbable(options) : draw(this.distribution(options), random);
    this.#feed(id);
    return id;
  }

  mostProbable(options: Pick<GenerateOptions, 'repetitionPenalty'> = {}): number {
    return argmax(this.#logits(options));
  }

  #logits({ repetitionPenalty = 1 }: Pick<GenerateOptions, 'repetitionPenalty'>): ArrayLike<number> {
    const logits = averageLogits(this.#networks.map((network) => network.logits));
    return repetitionPenalty === 1 ? logits : penalizeRepetition(logits, this.#recent, repetitionPenalty);
  }

  #feed(id: number): void {
    for (const network of this.#networks) {
      network.ids[0] = id;
      network.forward();
      network.carryState();
    }
    if (this.#recent.push(id) > REPETITION_WINDOW) this.#recent.shift();
  }
}

/** Endless generation of one text; for several, a `Sampler` takes its memory once. */
export function* generate(
  models: Weights | readonly Weights[],
  kernels: Kernels,
  seed: ArrayLike<number>,
  options: GenerateOptions,
  random: Random,
): Generator<number, never, void> {
  const sampler = new Sampler(models, kernels);
  sampler.prime(seed);
  while (true) yield sampler.next(options, random);
}

/** Default seed of a text: the beginning of a line, else the first character of the vocabulary. */
export function defaultSeed(vocabulary: Vocabulary): ArrayLike<number> {
  const lineEnds = ['\n', '\r\n', '\r'].map((end) => vocabulary.encode(end));
  return lineEnds.find(({ skipped }) => skipped === 0)?.ids ?? [0];
}
