import {
  type Checkpoint,
  type FlowRow,
  type HistoryRow,
  learnedWeights,
  type TrainingState,
} from '../checkpoint/index.ts';
import { Streams, type Vocabulary } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import type { Kernels } from '../kernels/index.ts';
import { architectureFor, initializeWeights, type Weights } from '../model/index.ts';
import { createRandom } from '../random.ts';
import { Average, exchange } from './average.ts';
import { type Clipping, clipGradient } from './clip.ts';
import { divergence } from './divergence.ts';
import { bitsPerCharacter, Evaluator } from './evaluate.ts';
import { type DoneReason, type TrainEvent, type Waiting, waiting } from './events.ts';
import { trainingNetworks } from './memory.ts';
import { Optimizer } from './optimizer.ts';
import { excerptOf, type Plan, recordOf } from './prepare.ts';
import { learningRateAt, nextPlateau } from './schedule.ts';
import type { ShardedNetwork } from './shards.ts';
import { addRow, newMeter, newState } from './state.ts';
import { Team } from './team.ts';
import { chooseThreads } from './threads.ts';
import { transferWeights } from './transfer.ts';
import { WeightDrop } from './weight-drop.ts';

/** How a run starts: anew, from another model's weights, or exactly where a checkpoint stopped. */
export type Start = { kind: 'fresh' } | { kind: 'weights' | 'resume'; checkpoint: Checkpoint };

/**
 * Truncated back-propagation through time over B carried streams. Yields events, prints nothing, touches no file
 * and no clock: the same plan and seed give the same weights to the byte, whatever the listener does.
 */
export class Trainer {
  readonly weights: Weights;
  readonly steps: number;
  readonly #plan: Plan;
  readonly kernels: Kernels;
  readonly #rateAt: ((step: number) => number) | undefined;
  readonly #streams: Streams;
  readonly #team: Team;
  readonly #network: ShardedNetwork;
  readonly #optimizer: Optimizer;
  readonly #evaluator: Evaluator | undefined;
  readonly #weightDrop: WeightDrop | undefined;
  readonly #average: Average | undefined;
  readonly #state: TrainingState;
  readonly #excerpt: number[];
  #stopRequested = false;
  #ended = false;

  /**
   * @param threads how many compute; by default as many as the work is worth
   * @param rateAt learning rate of an update (from 1) in place of the schedule's
   */
  constructor(
    plan: Plan,
    kernels: Kernels,
    start: Start = { kind: 'fresh' },
    threads?: number,
    rateAt?: (step: number) => number,
  ) {
    const { config, corpus, train, validation } = plan;
    const { batchSize: B, seqLength: T, weightDrop, average } = config;
    this.#plan = plan;
    this.#rateAt = rateAt;
    this.kernels = kernels;
    this.#streams = new Streams(train, B, T);
    this.steps = Math.min(config.steps ?? Number.POSITIVE_INFINITY, config.epochs * this.#streams.windows);
    const architecture = architectureFor(config, corpus.vocabulary.size);
    const networks = trainingNetworks(config, validation.length);
    this.#team = new Team(kernels, architecture, networks, threads ?? chooseThreads(plan));
    const [network, measuring] = this.#team.networks;
    this.#network = network!;
    this.weights = this.#team.weights;
    this.#optimizer = new Optimizer(config, this.weights.data.length, kernels);
    this.#evaluator = measuring && new Evaluator(this.#team, measuring, validation);
    this.#excerpt = start.kind === 'resume' ? start.checkpoint.excerpt : excerptOf(plan);
    this.#state = start.kind === 'resume' ? structuredClone(start.checkpoint.state) : newState();
    this.#start(start);
    if (weightDrop > 0) this.#weightDrop = new WeightDrop(weightDrop, this.weights, kernels);
    if (average > 0) {
      const kept = start.kind === 'resume' ? learnedWeights(start.checkpoint) : this.weights.data;
      this.#average = new Average(average, kept);
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
    if (state.window >= this.#streams.windows) {
      throw new RnnError(
        'checkpoint',
        `the checkpoint stands at window ${state.window} of an epoch, this corpus has only ${this.#streams.windows}; resume on the same corpus`,
      );
    }
    this.weights.data.set(weights);
    this.weights.refresh();
    this.#optimizer.moments.forEach((moment, i) => {
      moment.set(moments[i]!);
    });
    this.#network.writeState(carried);
  }

  /** How many threads compute. */
  get threads(): number {
    return this.#team.threads;
  }

  get vocabulary(): Vocabulary {
    return this.#plan.corpus.vocabulary;
  }

  /** Whether the last update has been made; what is saved now is final. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Keeps what an `inspect` event led to, for later reports; training does not look at it. */
  recordFlow(row: FlowRow): void {
    addRow(this.#state.flow, row);
  }

  /** Ends the run after the step in progress, with a checkpoint. */
  stop(): void {
    this.#stopRequested = true;
  }

  *run(): Generator<TrainEvent, void, void> {
    try {
      yield* this.#run();
    } finally {
      this.#team.close();
    }
  }

  *#run(): Generator<TrainEvent, void, void> {
    const { config, parameters } = this.#plan;
    const state = this.#state;
    const stepsPerEpoch = this.#streams.windows;
    const { step, epoch } = state;
    yield { event: 'start', step, steps: this.steps, epoch, stepsPerEpoch, parameters };
    // a run owns a good checkpoint from its start, and an unwritable directory shows before hours of work
    if (step === 0) yield this.#save('last');
    let outOfPatience = false;
    while (state.step < this.steps && !this.#stopRequested && !outOfPatience) {
      yield yield* this.#step();
      if (state.step % config.evalEvery === 0) {
        const evaluated = yield* this.#evaluate();
        yield evaluated;
        if (evaluated.best) yield this.#save('best');
        outOfPatience = config.patience > 0 && state.sinceBest >= config.patience;
      }
      if (config.sampleEvery > 0 && state.step % config.sampleEvery === 0)
        yield { event: 'sample', step: state.step };
      if (config.inspectEvery > 0 && state.step % config.inspectEvery === 0)
        yield { event: 'inspect', step: state.step };
      if (state.step % config.saveEvery === 0 && state.step < this.steps) yield this.#save('last');
    }
    yield* this.#finish(this.#stopRequested ? 'stopped' : outOfPatience ? 'patience' : 'finished');
  }

  /** One window: forward, loss, backward, clip, update, carry the state on. */
  *#step(): Waiting<TrainEvent> {
    const network = this.#network;
    const state = this.#state;
    const { B, T } = network;
    if (state.window === 0) network.resetState();
    network.shards.forEach(({ ids, targets, B: count }, shard) => {
      this.#streams.read(state.window, ids, targets, network.starts[shard], count);
    });
    // masks are a function of the step, so that a resumed run draws the same
    const random = createRandom(`${this.#plan.config.rngSeed}/${state.step}`, 'dropout');
    network.setDropoutKeys(random);
    this.#weightDrop?.apply(random);
    const nats = yield* waiting(this.#team.run(network));
    const gradient = network.sumGradients();
    this.#weightDrop?.undo(gradient);
    const clipping = clipGradient(gradient.data, this.#plan.config, this.kernels);
    const { norm, clipped } = clipping;
    if (!Number.isFinite(nats) || !Number.isFinite(norm))
      throw divergence(state.step + 1, this.#plan.config, nats, this.weights, gradient);
    const next = state.step + 1;
    const learningRate =
      this.#rateAt?.(next) ?? learningRateAt(this.#plan.config, next, this.steps, state.plateau);
    this.#optimizer.update(this.weights.data, gradient.data, next, learningRate);
    this.weights.refresh();
    this.#average?.add(this.weights.data, next);
    this.#advance();
    this.#measure(nats, clipping);
    const { step, epoch } = state;
    const characters = B * T;
    const bpc = bitsPerCharacter({ nats, characters });
    return { event: 'step', step, epoch, bpc, gradientNorm: norm, clipped, characters };
  }

  #advance(): void {
    const state = this.#state;
    state.step++;
    state.window++;
    if (state.window === this.#streams.windows) {
      state.window = 0;
      state.epoch++;
    }
  }

  #measure(nats: number, { norm, clipped, shrink }: Clipping): void {
    const { meter } = this.#state;
    meter.nats += nats;
    meter.characters += this.#network.B * this.#network.T;
    meter.steps++;
    meter.clipped += clipped ? 1 : 0;
    meter.shrink += clipped ? shrink : 0;
    meter.gradientNorm += norm;
  }

  *#evaluate(): Waiting<Extract<TrainEvent, { event: 'evaluate' }>> {
    const state = this.#state;
    const { meter, step, epoch } = state;
    const row: HistoryRow = {
      step,
      trainBpc: bitsPerCharacter(meter),
      validationBpc: yield* this.#validationBpc(),
      gradientNorm: meter.gradientNorm / meter.steps,
      clipRate: meter.clipped / meter.steps,
      shrink: meter.clipped > 0 ? meter.shrink / meter.clipped : null,
    };
    const bpc = row.validationBpc ?? row.trainBpc;
    const best = state.best === null || bpc < state.best.bpc;
    if (best) state.best = { step, bpc };
    state.sinceBest = best ? 0 : state.sinceBest + 1;
    state.plateau = nextPlateau(this.#plan.config, state.plateau, best);
    addRow(state.history, row);
    state.meter = newMeter();
    return { event: 'evaluate', epoch, best, ...row };
  }

  *#validationBpc(): Waiting<number | null> {
    if (!this.#evaluator) return null;
    const trained = this.#average && exchange(this.weights, this.#average.data);
    const evaluation = yield* waiting(this.#evaluator.run());
    if (trained) exchange(this.weights, trained);
    return bitsPerCharacter(evaluation);
  }

  /**
   * The last checkpoint holds the state as the run left it, so that a resumed run equals one that never stopped;
   * the closing measurement is reported, and saved when it is the best, but not remembered.
   */
  *#finish(reason: DoneReason): Generator<TrainEvent, void, void> {
    const { step, epoch, best, history, meter } = this.#state;
    this.#ended = true;
    yield this.#save('last');
    const measured = history.at(-1)?.step === step;
    const trainBpc = meter.characters > 0 ? bitsPerCharacter(meter) : (history.at(-1)?.trainBpc ?? null);
    const validationBpc = measured ? history.at(-1)!.validationBpc : yield* this.#validationBpc();
    const bpc = validationBpc ?? trainBpc;
    if (!measured && bpc !== null && step > 0 && (best === null || bpc < best.bpc)) yield this.#save('best');
    yield { event: 'done', reason, step, epoch, trainBpc, validationBpc };
  }

  #save(kind: 'last' | 'best'): TrainEvent {
    return { event: 'save', step: this.#state.step, kind, checkpoint: this.snapshot() };
  }

  /** A copy of everything the next step depends on. */
  snapshot(): Checkpoint {
    const { config, corpus, validationText } = this.#plan;
    return {
      config,
      vocabulary: corpus.vocabulary,
      corpus: recordOf(corpus),
      validation: validationText,
      numerics: this.kernels.numerics,
      state: structuredClone(this.#state),
      weights: Float32Array.from(this.weights.data),
      moments: this.#optimizer.moments.map((moment) => Float32Array.from(moment)),
      average: this.#average ? Float32Array.from(this.#average.data) : null,
      carried: this.#network.readState(),
      excerpt: this.#excerpt,
    };
  }
}
