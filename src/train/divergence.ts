import { type Config, DEFAULT_LEARNING_RATES } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import type { ParameterBuffer, Weights } from '../model/index.ts';

/** Why a step cannot be made: which number stopped being finite first, and what to try. */
export function divergence(
  step: number,
  { learningRate, optimizer }: Config,
  nats: number,
  weights: Weights,
  gradient: ParameterBuffer,
): RnnError {
  const advised = Math.min(learningRate / 4, DEFAULT_LEARNING_RATES[optimizer]);
  const isBad = (view: ArrayLike<number>) => !Array.prototype.every.call(view, Number.isFinite);
  const names = weights.table.map(({ name }) => name);
  const weight = names.find((name) => isBad(weights.view(name)));
  const slope = names.find((name) => isBad(gradient.view(name)));
  const first = weight ? `weight ${weight}` : slope ? `gradient of ${slope}` : 'the loss itself';
  return new RnnError(
    'diverged',
    `training diverged at step ${step}: expected a finite loss, got ${nats}; first tensor that went bad: ${first}; ` +
      `the last good checkpoint is kept; try --learning-rate ${Number(advised.toPrecision(2))}`,
  );
}
