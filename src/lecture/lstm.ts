import { sigmoid } from '../inspect/algebra.ts';
import { add, hadamard, type Vector } from './algebra.ts';
import { type Gate, type GatedParameters, gatesOf, openGate, type Place, readWord } from './gates.ts';
import { lossOf, type Prediction, predict } from './steps.ts';
import { HIDDEN, type TinyModel } from './tiny-model.ts';

/*
 * One step of an LSTM with every intermediate number kept:
 *
 *   i, f, o = σ(Wx·x_t + Wh·h_{t−1} + b), g = tanh(…), each with weights of its own
 *   c_t = f∘c_{t−1} + i∘g,  h_t = o∘tanh(c_t)
 */

type GateName = 'i' | 'f' | 'g' | 'o';
export type LstmParameters = GatedParameters<GateName>;

export interface LstmStep extends Prediction {
  previous: { h: Vector; c: Vector };
  gates: Record<GateName, Gate>;
  /** f∘c_{t−1} */
  kept: Vector;
  /** i∘g */
  written: Vector;
  c: Vector;
  /** tanh(c_t) */
  squashed: Vector;
  h: Vector;
}

/** The word once more, read by an LSTM of as many units. */
export interface LstmLesson {
  updates: number;
  startLoss: number;
  loss: number;
  parameters: number;
  weights: LstmParameters;
  steps: (Place & LstmStep)[];
  /** from the last step to step t: Π f, what of ∂L/∂c_T arrives at c_{t−1} along c alone */
  path: { t: number; f: Vector; product: Vector }[];
}

export function lstmLesson({ ids, weights: learned, updates, startLoss }: TinyModel): LstmLesson {
  const weights = gatesOf<GateName>(learned);
  const start = { h: new Array<number>(HIDDEN).fill(0), c: new Array<number>(HIDDEN).fill(0) };
  const steps = readWord<LstmStep>(ids, (input, last) => stepLstm(weights, input, last ?? start));
  let product: Vector = new Array<number>(HIDDEN).fill(1);
  const path = steps.toReversed().map(({ t, gates: { f } }) => {
    product = hadamard(product, f.value);
    return { t, f: f.value, product };
  });
  return {
    updates,
    startLoss,
    loss: lossOf(steps, ids.slice(1)),
    parameters: learned.data.length,
    weights,
    steps,
    path,
  };
}

export function stepLstm(
  { gates: weights, Why, by }: LstmParameters,
  input: number,
  { h, c: before }: { h: Vector; c: Vector },
): LstmStep {
  const gate = (name: GateName, f: (z: number) => number) => openGate(weights[name], input, h, f);
  const gates = {
    i: gate('i', sigmoid),
    f: gate('f', sigmoid),
    g: gate('g', Math.tanh),
    o: gate('o', sigmoid),
  };
  const kept = hadamard(gates.f.value, before);
  const written = hadamard(gates.i.value, gates.g.value);
  const c = add(kept, written);
  const squashed = c.map(Math.tanh);
  const shown = hadamard(gates.o.value, squashed);
  const previous = { h, c: before };
  return { previous, gates, kept, written, c, squashed, h: shown, ...predict({ Why, by }, shown) };
}
