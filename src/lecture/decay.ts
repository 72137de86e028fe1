import { largestSingularValue, matrixOf } from '../inspect/jacobians/spectra.ts';
import { walk } from '../inspect/jacobians/step.ts';
import { FLOW_STEPS, type Flow, flowOf } from '../vanishing.ts';
import type { TinyModel } from './tiny-model.ts';

/** What of a gradient arrives N steps earlier, for each N = 1…50. */
export interface Decay {
  cell: string;
  /** at which the forget gates of an LSTM started */
  forgetBias: number | null;
  /** σ_max of ∂state_T/∂state_{T−N}; the state is h, for an LSTM (h, c) */
  norms: number[];
  flow: Flow;
}

/** One decay for each model, all of which read the word again and again. */
export const decays = (inputs: readonly number[], models: readonly TinyModel[]): Decay[] =>
  models.map((model) => {
    const { cell } = model.weights.architecture;
    const norms = normsBack(model, repeated(inputs));
    return { cell, forgetBias: cell === 'lstm' ? model.forgetBias : null, norms, flow: flowOfNorms(norms) };
  });

/** As many characters as the words vanishing and exploding are defined over. */
export const repeated = (ids: readonly number[]): number[] =>
  Array.from({ length: FLOW_STEPS }, (_, t) => ids[t % ids.length]!);

/** The product of Jacobians grows from the last step back, by one in each step. */
export function normsBack(model: Pick<TinyModel, 'weights' | 'kernels'>, ids: readonly number[]): number[] {
  const jacobians = [...walk(model, ids)].map(([layer]) => {
    const { state, jacobian } = layer!;
    return matrixOf(jacobian(), state.length);
  });
  let product = jacobians.at(-1)!;
  return jacobians.toReversed().map((jacobian, i) => {
    if (i > 0) product = product.mmul(jacobian);
    return largestSingularValue(product);
  });
}

export const flowOfNorms = (norms: readonly number[]): Flow => flowOf(Math.log(norms.at(-1)!), norms.length);
