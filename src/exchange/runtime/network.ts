import { gruGates, lstmGates } from '../../kernels/reference/gates.ts';

/*
 * One step of the network for one text, in the order of the reference kernels: sums in float64, each result rounded to
 * float32. So the logits are theirs to the byte, where the machine's exp and tanh are.
 */

/** A model as an exported module holds it. */
export interface ExportedModel {
  cell: 'rnn' | 'lstm' | 'gru';
  hidden: number;
  layers: number;
  /** 0 without one */
  embedding: number;
  /** max(z, 0) in place of tanh(z) */
  relu: boolean;
  unit: 'codepoint' | 'grapheme' | 'byte';
  vocabulary: readonly (string | number)[];
  /** base64 of little-endian float32 */
  parameters: Record<string, string>;
}

interface Layer {
  Wxh: Float32Array;
  Whh: Float32Array;
  bh: Float32Array;
  /** of a GRU */
  bhn: Float32Array | undefined;
  h: Float32Array;
  /** of an LSTM */
  c: Float32Array;
}

export class Network {
  readonly logits: Float32Array;
  readonly #model: ExportedModel;
  readonly #layers: Layer[];
  /** Why, or Whe and E of a tied embedding */
  readonly #output: Float32Array[];
  readonly #by: Float32Array;

  constructor(model: ExportedModel) {
    const { hidden: H, layers, embedding: N, parameters } = model;
    const read = (name: string) => floats(parameters[name]!);
    this.#model = model;
    this.#layers = Array.from({ length: layers }, (_, l) => ({
      Wxh: read(`layers.${l}.Wxh`),
      Whh: read(`layers.${l}.Whh`),
      bh: read(`layers.${l}.bh`),
      bhn: parameters[`layers.${l}.bhn`] === undefined ? undefined : read(`layers.${l}.bhn`),
      h: new Float32Array(H),
      c: new Float32Array(H),
    }));
    this.#output = N > 0 ? [read('output.Whe'), read('embedding.E')] : [read('output.Why')];
    this.#by = read('output.by');
    this.logits = new Float32Array(this.#by.length);
  }

  /** Forgets all text. */
  reset(): void {
    for (const { h, c } of this.#layers) {
      h.fill(0);
      c.fill(0);
    }
  }

  /** Reads one character. */
  read(id: number): void {
    const { cell, embedding: N, relu } = this.#model;
    let x: Float32Array | undefined = N > 0 ? this.#output[1]!.subarray(id * N, (id + 1) * N) : undefined;
    for (const layer of this.#layers) {
      const z = layer.bh.slice();
      if (x) addProduct(z, layer.Wxh, x);
      else addColumn(z, layer.Wxh, id);
      STEPS[cell](layer, z, relu);
      x = layer.h;
    }
    const [first, E] = this.#output;
    this.logits.set(this.#by);
    if (E) {
      const e = new Float32Array(N);
      addProduct(e, first!, x!);
      addProduct(this.logits, E, e);
    } else addProduct(this.logits, first!, x!);
  }
}

/** h ← f(z, h), where z = Wxh·x + bh */
type Step = (layer: Layer, z: Float32Array, relu: boolean) => void;

const STEPS: Record<ExportedModel['cell'], Step> = {
  rnn({ Whh, h }, z, relu) {
    addProduct(z, Whh, h);
    for (let j = 0; j < h.length; j++) h[j] = relu ? Math.max(z[j]!, 0) : Math.tanh(z[j]!);
  },
  lstm({ Whh, h, c }, z) {
    addProduct(z, Whh, h);
    lstmGates(z, c, c, h, 1, h.length);
  },
  gru({ Whh, bhn, h }, z) {
    const recurrent = new Float32Array(z.length);
    addProduct(recurrent, Whh, h);
    gruGates(z, recurrent, bhn!, h, h, 1, h.length);
  },
};

/** out (N) += W·x, W (N,K) */
function addProduct(out: Float32Array, W: Float32Array, x: Float32Array): void {
  const K = x.length;
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += x[k]! * W[n * K + k]!;
    out[n] = out[n]! + sum;
  }
}

/** out (N) += column `id` of W (N,V) */
function addColumn(out: Float32Array, W: Float32Array, id: number): void {
  const V = W.length / out.length;
  for (let n = 0; n < out.length; n++) out[n] = out[n]! + W[n * V + id]!;
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer);
}
