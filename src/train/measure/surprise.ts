import type { Kernels } from '../../kernels/index.ts';
import { Network, surprise, type Weights } from '../../model/index.ts';
import { clipGradient } from '../update/clip.ts';

const T = 20;
const CLIP_NORM = 5;

/**
 * −ln p of every character but the first, in nats, read from start to end with carried state.
 * @param learningRate of dynamic evaluation (Mikolov et al. 2010; Krause et al. 2018): after each 20 characters the
 *   weights take a step of gradient descent on them, so the model adapts to what it has read; it changes `weights`.
 *   0 leaves them alone
 * @param coldEvery characters after which the state is reset to zero; 0 for never
 */
export function* surprises(
  weights: Weights,
  ids: ArrayLike<number>,
  kernels: Kernels,
  learningRate = 0,
  coldEvery = 0,
): Generator<number, void, void> {
  const network = new Network(weights, kernels, { B: 1, T, backward: learningRate > 0 });
  const velocity = kernels.allocate(learningRate > 0 ? weights.data.length : 0);
  const scored = ids.length - 1;
  const piece = coldEvery > 0 ? coldEvery : scored;
  let count = 0;
  for (let from = 0; from < scored; from += count) {
    count = Math.min(T, scored - from, piece - (from % piece));
    for (let t = 0; t < T; t++) {
      network.ids[t] = t < count ? ids[from + t]! : 0;
      network.targets[t] = t < count ? ids[from + t + 1]! : -1;
    }
    network.forward();
    for (let t = 0; t < count; t++) yield surprise(network, t, network.targets[t]!);
    if (network.gradient) {
      network.loss(1 / count);
      network.backward();
      clipGradient(network.gradient.data, { clipNorm: CLIP_NORM, clipValue: 0 }, kernels);
      const settings = { learningRate, momentum: 0, nesterov: false };
      const gradient = network.gradient.data;
      weights.update((data) => {
        kernels.sgd(data, gradient, velocity, settings);
      });
    }
    if ((from + count) % piece === 0) network.resetState();
    else network.carryState();
  }
}

/** The surprise of the mean of several models' distributions. */
export function* mixedSurprises(models: readonly Iterable<number>[]): Generator<number, void, void> {
  const readers = models.map((model) => model[Symbol.iterator]());
  while (true) {
    const next = readers.map((reader) => reader.next());
    if (next.some(({ done }) => done)) return;
    // relative to the least, since a probability below e^-745 is 0 as a number
    const least = next.reduce((min, { value }) => Math.min(min, value!), Number.POSITIVE_INFINITY);
    const p = next.reduce((sum, { value }) => sum + Math.exp(least - value!), 0) / next.length;
    yield least - Math.log(p);
  }
}
