import { type Checkpoint, learnedWeights, type TrainingState } from '../checkpoint/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { createWeights, initializeWeights, type Weights } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { checkFinite, checkGradient } from './divergence.ts';
import type { TrainEvent } from './events.ts';
import { bitsPerCharacter } from './measure/evaluate.ts';
import type { ReplicatedNetwork } from './parallel/replicas.ts';
import type { Team } from './parallel/team.ts';
import type { Plan } from './plan.ts';
import type { Start } from './start.ts';
import { measure } from './state.ts';
import { transferWeights } from './transfer.ts';
import { Average, exchange } from './update/average.ts';
import { clipGradient } from './update/clip.ts';
import { Optimizer } from './update/optimizer.ts';
import { WeightDrop } from './update/weight-drop.ts';

/** The model that is being trained, with everything that one update needs and changes. */
export class Learner {
  readonly weights: Weights;
  readonly #plan: Plan;
  readonly #kernels: Kernels;
  readonly #team: Team;
  readonly #network: ReplicatedNetwork;
  readonly #optimizer: Optimizer;
  readonly #weightDrop: WeightDrop | undefined;
  readonly #average: Average | undefined;
  #averaged: Weights | undefined;

  /** @param team whose first network trains */
  constructor(plan: Plan, kernels: Kernels, team: Team, start: Start) {
    const { config } = plan;
    this.#plan = plan;
    this.#kernels = kernels;
    this.#team = team;
    this.#network = team.networks[0]!;
    this.weights = team.weights;
    this.#optimizer = new Optimizer(config, this.weights.data.length, kernels);
    this.#start(start);
    if (config.weightDrop > 0) this.#weightDrop = new WeightDrop(config.weightDrop, this.weights, kernels);
    if (config.average > 0) {
      const kept = start.kind === 'resume' ? learnedWeights(start.checkpoint) : this.weights.data;
      this.#average = new Average(config.average, kept, kernels);
    }
  }

  #start(start: Start): void {
    if (start.kind === 'resume') {
      this.#restore(start.checkpoint);
      return;
    }
    initializeWeights(this.weights, this.#plan.config, createRandom(this.#plan.config.rngSeed, 'init'));
    if (start.kind === 'weights') transferWeights(start.checkpoint, this.weights);
  }

  #restore({ weights, moments, carried, state }: Checkpoint): void {
    this.weights.assign(weights);
    this.#optimizer.moments.forEach((moment, i) => {
      moment.set(moments[i]!);
    });
    if (state.window > 0) this.#network.writeState(carried);
  }

  /** The learned weights so far, or a copy of their average where one is kept. */
  get learned(): Weights {
    if (!this.#average) return this.weights;
    this.#averaged ??= createWeights(this.weights.architecture, this.#kernels);
    this.#averaged.assign(this.#average.data);
    return this.#averaged;
  }

  /** Work with what has been learned in the place of the weights, however it ends. */
  *withLearned<T>(work: Generator<void, T, void>): Generator<void, T, void> {
    const trained = this.#average && exchange(this.weights, this.#average.data);
    try {
      return yield* work;
    } finally {
      if (trained) exchange(this.weights, trained);
    }
  }

  /**
   * The first half of a step: forward, loss, backward. Yields between the parts of the work; given up at any of these
   * pauses, nothing has changed.
   * @returns the summed loss in nats
   */
  *window({ step, window }: TrainingState): Generator<void, number, void> {
    const network = this.#network;
    network.fill(({ ids, targets, B }, first) => {
      this.#plan.streams.read(window, ids, targets, first, B);
    });
    this.#drawMasks(step);
    try {
      return yield* this.#team.run(network);
    } finally {
      this.#weightDrop?.restore();
    }
  }

  /**
   * The second half of a step: clip, update, carry the state on.
   * @param nats the summed loss of the window
   * @throws RnnError when the loss or the gradient is not finite; nothing has changed then
   */
  update(state: TrainingState, nats: number, rateOf: (step: number) => number): StepEvent {
    const { config } = this.#plan;
    const network = this.#network;
    const next = state.step + 1;
    const { gradient } = network;
    this.#weightDrop?.mask(gradient);
    const clipping = clipGradient(gradient.data, config, this.#kernels);
    const { norm, clipped } = clipping;
    checkGradient(next, config, nats, norm, this.weights, gradient);
    this.weights.update((data) => {
      this.#optimizer.update(data, gradient.data, next, rateOf(next));
    });
    this.#average?.add(this.weights.data, next);
    if (config.carryState) network.carryState();
    this.#advance(state);
    const { step, epoch } = state;
    const characters = network.B * network.T;
    measure(state.meter, nats, characters, clipping);
    const bpc = bitsPerCharacter({ nats, characters });
    const trainBpc = bitsPerCharacter(state.meter);
    return { event: 'step', step, epoch, bpc, trainBpc, gradientNorm: norm, clipped, characters };
  }

  /** A function of the step, so that a resumed run draws the same. */
  #drawMasks(step: number): void {
    const { rngSeed, dropout, weightDrop } = this.#plan.config;
    // a generator takes a while to be made
    if (dropout === 0 && weightDrop === 0) return;
    const random = createRandom(`${rngSeed}/${step}`, 'dropout');
    this.#network.setDropoutKeys(random);
    this.#weightDrop?.apply(random);
  }

  /** Everything that has the shape of the weights and is kept. */
  #buffers() {
    const { optimizer } = this.#plan.config;
    return [
      { what: 'weights', data: this.weights.data },
      ...this.#optimizer.moments.map((data) => ({ what: `moments of ${optimizer}`, data })),
      ...(this.#average ? [{ what: 'averaged weights', data: this.#average.data }] : []),
    ];
  }

  #advance(state: TrainingState): void {
    state.step++;
    state.window++;
    if (state.window < this.#plan.streams.windows) return;
    state.window = 0;
    state.epoch++;
    this.#network.resetState();
  }

  /**
   * Copies of what a checkpoint keeps; yields between them.
   * @param carried the states of all streams, where some are in other processes
   * @throws RnnError when a number is not finite
   */
  *tensors(
    step: number,
    carried = this.#network.readState(),
  ): Generator<void, Pick<Checkpoint, 'weights' | 'moments' | 'average' | 'carried'>, void> {
    const { config } = this.#plan;
    const copies: Float32Array[] = [];
    for (const buffer of this.#buffers()) {
      checkFinite(step, config, this.weights.table, [buffer]);
      copies.push(new Float32Array(buffer.data));
      yield;
    }
    checkFinite(step, config, [], [{ what: 'carried states', data: carried }]);
    const average = this.#average ? copies.pop()! : null;
    const [weights, ...moments] = copies as [Float32Array, ...Float32Array[]];
    return { weights, moments, average, carried };
  }
}

/** Of a step that was made. */
export type StepEvent = Extract<TrainEvent, { event: 'step' }>;
