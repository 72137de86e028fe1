import { architectureOf, type Checkpoint, loadWeights, serializing } from '../checkpoint/index.ts';
import type { BackendName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { createKernels, type Kernels } from '../kernels/index.ts';
import { countParameters, type Weights } from '../model/index.ts';
import { Sampler } from '../sample/index.ts';
import { bitsPerCharacter, evaluating, evaluationBytes, surprises } from '../train/index.ts';
import { Turns } from '../turns.ts';
import type {
  Evaluation,
  PortableModel,
  ReadingOptions,
  Sample,
  SampleOptions,
  Session,
  Surprise,
  TextSource,
} from './api.ts';
import { SharedSampler } from './places.ts';
import { WrittenSample } from './sample.ts';
import { beginSession } from './session.ts';
import { readText } from './sources.ts';

/** How a model was asked to compute. */
export interface Compute {
  backend: BackendName;
  threads: number | undefined;
}

/** Memory of a model until it is disposed. */
interface Loaded {
  checkpoint: Checkpoint;
  weights: Weights;
  sampler: SharedSampler;
}

export class LoadedModel implements PortableModel {
  readonly settings: PortableModel['settings'];
  readonly vocabulary: readonly string[];
  readonly parameters: number;
  readonly step: number;
  readonly best: PortableModel['best'];
  readonly numerics: string;
  readonly #compute: Compute;
  readonly #turns = new Turns();
  #loaded: Loaded | undefined;

  constructor(checkpoint: Checkpoint, compute: Compute) {
    const { config, vocabulary, state } = checkpoint;
    const architecture = architectureOf(checkpoint);
    const kernels = createKernels(compute.backend, () => evaluationBytes(architecture, 1));
    const weights = loadWeights(checkpoint, kernels);
    this.settings = config;
    this.vocabulary = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.unitAt(id));
    this.parameters = countParameters(architecture);
    this.step = state.step;
    this.best = state.best;
    this.numerics = kernels.numerics;
    this.#compute = compute;
    this.#loaded = { checkpoint, weights, sampler: new SharedSampler(new Sampler(weights, kernels)) };
  }

  sample(options: SampleOptions = {}): Sample {
    return new WrittenSample({ ...this.#reader, turns: this.#turns }, options);
  }

  session(seed = ''): Session {
    return beginSession(this.#reader, seed);
  }

  async evaluate(text: TextSource, options: ReadingOptions = {}): Promise<Evaluation> {
    const { checkpoint, weights } = this.#open;
    const { ids, skipped } = await readText(text, checkpoint, options, 'to measure');
    // in a memory of its own, which goes when it is done
    const kernels = this.#kernelsFor(() => evaluationBytes(weights.architecture, ids.length));
    const work = evaluating(weights, ids, kernels, this.#compute.threads);
    const measured = await this.#turns.finish(work, options.signal);
    const { characters, nats } = measured;
    return {
      characters,
      nats,
      bpc: bitsPerCharacter(measured),
      perplexity: Math.exp(nats / characters),
      skipped,
    };
  }

  async *surprise(text: TextSource, options: ReadingOptions = {}): AsyncGenerator<Surprise> {
    const { checkpoint, weights } = this.#open;
    const { vocabulary } = checkpoint;
    const { ids } = await readText(text, checkpoint, options, 'to measure');
    const kernels = this.#kernelsFor(() => evaluationBytes(weights.architecture, 1));
    yield { character: vocabulary.unitAt(ids[0]!), bits: null };
    let at = 1;
    for (const nats of surprises(loadWeights(checkpoint, kernels), ids, kernels)) {
      yield { character: vocabulary.unitAt(ids[at++]!), bits: nats / Math.LN2 };
      await this.#turns.take(options.signal);
    }
  }

  async toBlob(): Promise<Blob> {
    return blobOf(this.#open.checkpoint);
  }

  [Symbol.dispose](): void {
    this.#loaded = undefined;
  }

  /** The checkpoint that it was loaded from. */
  get checkpoint(): Checkpoint {
    return this.#open.checkpoint;
  }

  get #open(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw new RnnError('usage', 'the model was disposed', { hint: 'load it anew' });
  }

  get #reader() {
    const { vocabulary } = this.#open.checkpoint;
    return { vocabulary, sampler: () => this.#open.sampler };
  }

  #kernelsFor(need: () => number): Kernels {
    return createKernels(this.#compute.backend, need);
  }
}

/** A checkpoint as its file would be. */
export async function blobOf(checkpoint: Checkpoint): Promise<Blob> {
  const turns = new Turns();
  const pieces: Blob[] = [];
  for (const piece of await turns.finish(serializing(checkpoint))) {
    pieces.push(new Blob([piece as string]));
    await turns.take();
  }
  return new Blob(pieces, { type: 'application/json' });
}
