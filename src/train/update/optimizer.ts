import { type Config, OPTIMIZER_MOMENTS } from '../../config/index.ts';
import type { Floats, Kernels } from '../../kernels/index.ts';

const EPSILON = 1e-8;
/** Decay of RMSprop's running square, as in char-rnn. */
const RMSPROP_DECAY = 0.95;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;

/** Turns a gradient into an update of the weights; its moments are part of the checkpoint. */
export class Optimizer {
  readonly moments: readonly Floats[];
  readonly #config: Config;
  readonly #kernels: Kernels;

  constructor(config: Config, parameters: number, kernels: Kernels) {
    this.#config = config;
    this.#kernels = kernels;
    this.moments = Array.from({ length: OPTIMIZER_MOMENTS[config.optimizer] }, () =>
      kernels.allocate(parameters),
    );
  }

  /**
   * @param step number of this update, from 1
   * @param learningRate of this update, as the schedule has it
   */
  update(weights: Floats, gradient: Floats, step: number, learningRate = this.#config.learningRate): void {
    const { optimizer, momentum, nesterov, weightDecay } = this.#config;
    const [first, second] = this.moments as [Floats, Floats];
    const kernels = this.#kernels;
    const epsilon = EPSILON;
    const [beta1, beta2, decay] = [ADAM_BETA1, ADAM_BETA2, RMSPROP_DECAY];
    // decoupled from the gradient (Loshchilov & Hutter 2019; torch.optim.AdamW)
    if (weightDecay > 0) kernels.scale(weights, 1 - learningRate * weightDecay);
    switch (optimizer) {
      case 'sgd':
        kernels.sgd(weights, gradient, first, { learningRate, momentum, nesterov });
        break;
      case 'adagrad':
        kernels.adagrad(weights, gradient, first, { learningRate, epsilon });
        break;
      case 'rmsprop':
        kernels.rmsprop(weights, gradient, first, { learningRate, decay, epsilon });
        break;
      case 'adam':
        kernels.adam(weights, gradient, first, second, { learningRate, beta1, beta2, epsilon, step });
        break;
      default:
        optimizer satisfies never;
    }
  }
}
