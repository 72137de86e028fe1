import { createRandom } from '../../random.ts';
import { argmax, draw, type Shaping, shapeDistribution } from '../../sample/distribution.ts';
import { type ExportedModel, Network } from './network.ts';

export type { ExportedModel } from './network.ts';

/** How a character is chosen: as the flags of `rnn sample` say. */
export type Choosing = Partial<Shaping>;

export interface SampleOptions extends Choosing {
  /** text to continue */
  seed?: string;
  /** characters to generate */
  length?: number;
  /** always the most probable character */
  greedy?: boolean;
  /** the same text for the same number; drawn unless given */
  rngSeed?: number;
}

export interface Choice {
  character: string | number;
  probability: number;
}

const UNCHANGED: Shaping = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const DEFAULT_LENGTH = 200;
const LARGEST_SEED = 2 ** 47;

export function createModel(model: ExportedModel) {
  const { unit, vocabulary } = model;
  const ids = new Map(vocabulary.map((entry, id) => [entry, id]));
  const network = new Network(model);
  const lineEnd = ['\n', '\r\n', '\r']
    .map((end) => split(end, unit))
    .find((units) => units.every((u) => ids.has(u)));

  function encode(text: string): number[] {
    return split(text, unit).map((entry) => {
      const id = ids.get(entry);
      if (id === undefined) throw new RangeError(`the model does not know ${JSON.stringify(entry)}`);
      return id;
    });
  }

  /** Reads a text from its beginning; of none, what a line begins after. */
  function prime(text: string): number[] {
    const seed = encode(text);
    network.reset();
    const first = lineEnd ? lineEnd.map((entry) => ids.get(entry)!) : [0];
    for (const id of seed.length > 0 ? seed : first) network.read(id);
    return seed;
  }

  /** A text that goes on with the seed, as `rnn sample` writes it for the same random seed. */
  function sample(options: SampleOptions = {}): string {
    const { seed = '', length = DEFAULT_LENGTH, greedy = false } = options;
    const { rngSeed = Math.floor(Math.random() * LARGEST_SEED) } = options;
    const random = createRandom(`${rngSeed}/0`, 'sample');
    const text = prime(seed);
    for (let i = 0; i < length; i++) {
      const shaped = () => shapeDistribution(network.logits, { ...UNCHANGED, ...options });
      const id = greedy ? argmax(network.logits) : draw(shaped(), random);
      text.push(id);
      network.read(id);
    }
    return join(
      text.map((id) => vocabulary[id]!),
      unit,
    );
  }

  /** Possible characters after a text, the most probable first. */
  function next(text = '', options: Choosing = {}): Choice[] {
    prime(text);
    const p = shapeDistribution(network.logits, { ...UNCHANGED, ...options });
    return vocabulary
      .map((character, id) => ({ character, probability: p[id]! }))
      .sort((a, b) => b.probability - a.probability);
  }

  return { vocabulary, sample, next };
}

function split(text: string, unit: ExportedModel['unit']): (string | number)[] {
  if (unit === 'byte') return [...new TextEncoder().encode(text)];
  return unit === 'codepoint'
    ? [...text]
    : [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function join(units: readonly (string | number)[], unit: ExportedModel['unit']): string {
  if (unit !== 'byte') return units.join('');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(units as number[]));
}
