import { CELL_ANALYSES } from '../inspect/cells/index.ts';
import type { Weights } from '../model/index.ts';
import { add, type Matrix, oneHot, times, type Vector } from './algebra.ts';
import { parametersOf, type RnnParameters } from './steps.ts';

/** The part of Wxh, Whh and bh that belongs to one gate. */
export interface GateWeights {
  Wx: Matrix;
  Wh: Matrix;
  b: Vector;
}

/** A gate, or a candidate, at one step: what is added, and what σ or tanh makes of the sum. */
export interface Gate {
  /** Wx·x_t */
  fromInput: Vector;
  /** Wh·h_{t−1} */
  fromHistory: Vector;
  bias: Vector;
  sum: Vector;
  value: Vector;
}

/** The weights of a gated cell, gate by gate, and of its output layer. */
export interface GatedParameters<Name extends string> extends Pick<RnnParameters, 'Why' | 'by'> {
  gates: Record<Name, GateWeights>;
}

/** Wxh, Whh and bh hold the gates one below the other. */
export function gatesOf<Name extends string>(weights: Weights): GatedParameters<Name> {
  const { cell, hidden: H } = weights.architecture;
  const { Wxh, Whh, bh, Why, by } = parametersOf(weights);
  const gates = CELL_ANALYSES[cell].blocks.map((name, block) => {
    const [from, to] = [block * H, (block + 1) * H];
    return [name, { Wx: Wxh.slice(from, to), Wh: Whh.slice(from, to), b: bh.slice(from, to) }];
  });
  return { gates: Object.fromEntries(gates) as Record<Name, GateWeights>, Why, by };
}

/** f(Wx·x + Wh·h + b) */
export function openGate({ Wx, Wh, b }: GateWeights, id: number, h: Vector, f: (z: number) => number): Gate {
  const fromInput = times(Wx, oneHot(Wx[0]!.length, id));
  const fromHistory = times(Wh, h);
  const sum = add(fromInput, fromHistory, b);
  return { fromInput, fromHistory, bias: b, sum, value: sum.map(f) };
}

/** Where a step stands in the word: what goes in, and what should follow. */
export interface Place {
  t: number;
  input: number;
  target: number;
}

/** All steps of a word, each from the one before it. */
export function readWord<Step>(
  ids: readonly number[],
  step: (input: number, last: Step | undefined) => Step,
): (Place & Step)[] {
  const steps: (Place & Step)[] = [];
  for (const [i, input] of ids.slice(0, -1).entries())
    steps.push({ t: i + 1, input, target: ids[i + 1]!, ...step(input, steps.at(-1)) });
  return steps;
}
