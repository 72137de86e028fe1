import { architectureOf, type Checkpoint } from '../../../checkpoint/index.ts';
import { CELLS, type StatePart } from '../../../model/index.ts';
import type { SamplerState } from '../../../sample/index.ts';

/** One vector of the state before and after a step; of an LSTM's cell tanh(c). */
export interface StateChange {
  layer: number;
  part: StatePart;
  before: Float32Array;
  after: Float32Array;
  /** what the full colour stands for: 1, of ReLUs the largest */
  largest: number;
  /** the unit that changes most */
  most: number;
}

/** The vectors of a state, layer by layer, before and after its last character. */
export function stateChanges(
  checkpoint: Checkpoint,
  before: SamplerState | null,
  after: SamplerState,
): StateChange[] {
  const { cell, hidden: H, layers: L, nonlinearity } = architectureOf(checkpoint);
  const parts = CELLS[cell].stateParts;
  const vectorsOf = (state: SamplerState | null) => state?.models[0]?.carried;
  const [old, now] = [vectorsOf(before), vectorsOf(after)];
  return Array.from({ length: L * parts.length }, (_, vector) => {
    const part = parts[vector % parts.length]!;
    const valuesOf = (all: Float32Array | undefined) =>
      Float32Array.from({ length: H }, (_, j) => {
        const value = all?.[vector * H + j] ?? 0;
        return part === 'c' ? Math.tanh(value) : value;
      });
    const change = { before: valuesOf(old), after: valuesOf(now) };
    const sizes = [...change.before, ...change.after].map(Math.abs);
    return {
      layer: Math.floor(vector / parts.length),
      part,
      ...change,
      largest: nonlinearity === 'relu' ? Math.max(...sizes) || 1 : 1,
      most: mostChanged(change),
    };
  });
}

function mostChanged({ before, after }: Pick<StateChange, 'before' | 'after'>): number {
  const changes = after.map((value, j) => Math.abs(value - before[j]!));
  return changes.reduce((most, change, j) => (change > changes[most]! ? j : most), 0);
}
