import { sigmoid } from '../inspect/algebra.ts';
import { add, hadamard, oneHot, times, type Vector } from './algebra.ts';
import { type Gate, type GatedParameters, gatesOf, openGate, type Place, readWord } from './gates.ts';
import { lossOf, type Prediction, predict } from './steps.ts';
import { HIDDEN, type TinyModel } from './tiny-model.ts';

/*
 * One step of a GRU with every intermediate number kept:
 *
 *   r, z = σ(Wx·x_t + Wh·h_{t−1} + b), each with weights of its own
 *   n = tanh(Wxn·x_t + bn + r∘q),  q = Whn·h_{t−1} + bhn
 *   h_t = (1 − z)∘n + z∘h_{t−1}
 */

type GateName = 'r' | 'z' | 'n';
export interface GruParameters extends GatedParameters<GateName> {
  bhn: Vector;
}

/** The candidate: the reset gate r stands between the history and the sum. */
export interface GruCandidate extends Gate {
  /** Whn·h_{t−1} + bhn */
  q: Vector;
  /** r∘q */
  passed: Vector;
}

export interface GruStep extends Prediction {
  /** h_{t−1} */
  previous: Vector;
  r: Gate;
  z: Gate;
  n: GruCandidate;
  /** (1 − z)∘n */
  written: Vector;
  /** z∘h_{t−1} */
  kept: Vector;
  h: Vector;
}

/** The word once more, read by a GRU of as many units. */
export interface GruLesson {
  updates: number;
  startLoss: number;
  loss: number;
  parameters: number;
  weights: GruParameters;
  steps: (Place & GruStep)[];
}

export function gruLesson({ ids, weights: learned, updates, startLoss }: TinyModel): GruLesson {
  const weights = { ...gatesOf<GateName>(learned), bhn: Array.from(learned.view('layers.0.bhn')) };
  const start: Vector = new Array<number>(HIDDEN).fill(0);
  const steps = readWord<GruStep>(ids, (input, last) => stepGru(weights, input, last?.h ?? start));
  const loss = lossOf(steps, ids.slice(1));
  return { updates, startLoss, loss, parameters: learned.data.length, weights, steps };
}

export function stepGru({ gates, bhn, Why, by }: GruParameters, input: number, previous: Vector): GruStep {
  const r = openGate(gates.r, input, previous, sigmoid);
  const z = openGate(gates.z, input, previous, sigmoid);
  const n = candidate(gates.n, bhn, input, previous, r.value);
  const written = z.value.map((value, i) => (1 - value) * n.value[i]!);
  const kept = hadamard(z.value, previous);
  const h = add(written, kept);
  return { previous, r, z, n, written, kept, h, ...predict({ Why, by }, h) };
}

function candidate(
  { Wx, Wh, b }: GruParameters['gates']['n'],
  bhn: Vector,
  input: number,
  h: Vector,
  r: Vector,
): GruCandidate {
  const fromInput = times(Wx, oneHot(Wx[0]!.length, input));
  const fromHistory = times(Wh, h);
  const q = add(fromHistory, bhn);
  const passed = hadamard(r, q);
  const sum = add(fromInput, b, passed);
  return { fromInput, fromHistory, q, passed, bias: b, sum, value: sum.map(Math.tanh) };
}
