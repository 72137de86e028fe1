import { type Checkpoint, type HistoryRow, MAX_PREVIEWS, type TrainingState } from '../checkpoint/index.ts';
import { coldEveryOf } from '../config/index.ts';
import type { Vocabulary } from '../corpus/index.ts';
import { drain } from '../drain.ts';
import { RnnError } from '../errors.ts';
import { inspectFlow } from '../inspect/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { architectureFor, type Weights } from '../model/index.ts';
import { patienceOf } from './cadence.ts';
import { checkMeasurement } from './divergence.ts';
import { type TrainEvent, waiting, waitingUnless } from './events.ts';
import { Learner, type StepEvent } from './learner.ts';
import { bitsPerCharacter, Evaluator } from './measure/evaluate.ts';
import { trainingNetworks } from './memory.ts';
import { Ranks, type Transport } from './parallel/ranks.ts';
import { Team } from './parallel/team.ts';
import { mostThreads } from './parallel/threads.ts';
import { excerptOf, keptOf, type Plan } from './plan.ts';
import { keptText, Previewer } from './preview.ts';
import type { Start } from './start.ts';
import { addRateChange, addRow, checkCursor, newState, recordEvaluation } from './state.ts';
import { rateInRun, totalSteps } from './update/schedule.ts';

/**
 * Truncated back-propagation through time over B carried streams. Yields events, prints nothing, touches no file:
 * the same plan and seed give the same weights to the byte, whatever the listener does.
 */
export class Trainer {
  readonly weights: Weights;
  readonly steps: number;
  readonly #plan: Plan;
  readonly kernels: Kernels;
  readonly #rateAt: (step: number) => number;
  readonly #patience: number;
  readonly #team: Team;
  readonly #learner: Learner;
  readonly #evaluator: Evaluator | undefined;
  readonly #state: TrainingState;
  readonly #excerpt: number[];
  readonly #previewer: Previewer;
  /** where this is one process of several */
  readonly #ranks: Ranks | undefined;
  #stopAsked = false;
  #ended = false;

  /**
   * @param threads how many compute; by default as many as the work is worth
   * @param rateAt learning rate of an update (from 1) in place of the schedule's
   * @param transport to the other processes, where several train one model, each an equal part of the replicas
   */
  constructor(
    plan: Plan,
    kernels: Kernels,
    start: Start = { kind: 'fresh' },
    threads?: number,
    rateAt?: (step: number) => number,
    transport?: Transport,
  ) {
    const { config, corpus, streams, validation } = plan;
    this.#plan = plan;
    this.kernels = kernels;
    this.steps = totalSteps(config, streams.windows);
    this.#patience = patienceOf(config, this.steps, validation.length);
    this.#excerpt = start.kind === 'resume' ? start.checkpoint.excerpt : excerptOf(plan);
    this.#state = start.kind === 'resume' ? structuredClone(start.checkpoint.state) : newState();
    checkCursor(this.#state, streams.windows);
    const architecture = architectureFor(config, corpus.vocabulary.size);
    const part = transport && { index: transport.rank, count: transport.ranks };
    const networks = trainingNetworks(config, validation.length, part);
    const most = threads ?? mostThreads(plan, transport);
    this.#team = new Team(kernels, architecture, networks, most, threads !== undefined);
    this.weights = this.#team.weights;
    this.#learner = new Learner(plan, kernels, this.#team, start);
    this.#ranks = transport && new Ranks(transport, this.#team.networks[0]!, kernels, () => this.#stopAsked);
    const measuring = this.#team.networks[1];
    this.#evaluator = measuring && new Evaluator(this.#team, measuring, validation, coldEveryOf(config));
    this.#previewer = new Previewer(kernels, corpus.vocabulary, config.rngSeed);
    this.#rateAt = rateAt ?? ((step) => rateInRun(config, this.#state, step, this.steps));
  }

  /** How many steps have been made. */
  get step(): number {
    return this.#state.step;
  }

  /** How many threads compute; while that is being tried, how many just now. */
  get threads(): number {
    return this.#team.threads;
  }

  /** Of the update last made. */
  get learningRate(): number {
    return this.#rateAt(Math.max(this.step, 1));
  }

  /** The evaluations so far. */
  get history(): readonly HistoryRow[] {
    return this.#state.history;
  }

  get vocabulary(): Vocabulary {
    return this.#plan.corpus.vocabulary;
  }

  /** The weights that the run evaluates and keeps, or with `average` a copy of their present average. */
  get learned(): Weights {
    return this.#learner.learned;
  }

  /** Whether the last update has been made; what is saved now is final. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Ends the run at its next event, with a checkpoint of the last whole step. A step or evaluation in progress is given
   * up; a resumed run makes up for it, so that it equals one that was never stopped.
   */
  stop(): void {
    this.#stopAsked = true;
  }

  /** Several processes stop at one point of the run: once all know of it. */
  get #stopRequested(): boolean {
    return this.#ranks ? this.#ranks.stopped : this.#stopAsked;
  }

  /**
   * Multiplies the learning rate of all later updates. The run keeps the change, so that a resumed one repeats it.
   * @returns the step after which it holds
   */
  changeRate(factor: number): number {
    addRateChange(this.#state.rateChanges, { step: this.step, factor });
    return this.step;
  }

  /** @throws RnnError when numbers stop being finite, or, after a last save, when a thread is lost */
  *run(): Generator<TrainEvent, void, void> {
    try {
      yield* this.#run();
    } catch (error) {
      // of several processes a save would need the others, who know nothing of it
      if (error instanceof RnnError && error.code === 'thread' && !this.#ranks) yield* this.#lastSave();
      throw error;
    } finally {
      this.#team.close();
    }
  }

  *#run(): Generator<TrainEvent, void, void> {
    const { config, parameters, streams } = this.#plan;
    const state = this.#state;
    const { step, epoch } = state;
    yield { event: 'start', step, steps: this.steps, epoch, stepsPerEpoch: streams.windows, parameters };
    // a run owns a good checkpoint from its start, and an unwritable directory shows before hours of work
    if (step === 0 && !this.#stopRequested) yield* this.#save('last');
    let outOfPatience = step > 0 && (yield* this.#lookAround());
    while (state.step < this.steps && !this.#stopRequested && !outOfPatience) {
      const stepped = yield* this.#step();
      if (!stepped) break;
      yield stepped;
      outOfPatience = yield* this.#lookAround();
      if (this.#stopRequested || outOfPatience) break;
      if (state.step % config.saveEvery === 0 && state.step < this.steps) yield* this.#save('last');
    }
    yield* this.#finish(outOfPatience);
  }

  /** One window and its update; undefined when it is given up for a stop. */
  *#step(): Generator<TrainEvent, StepEvent | undefined, void> {
    const computed = yield* this.#attend(this.#learner.window(this.#state));
    const nats = this.#ranks ? yield* waiting(this.#ranks.sum(computed !== undefined)) : computed;
    return nats === undefined ? undefined : this.#learner.update(this.#state, nats, this.#rateAt);
  }

  /** Work that is given up, with undefined, once this process is asked to stop. */
  #attend<T>(work: Generator<void, T | undefined, void>): Generator<TrainEvent, T | undefined, void> {
    return waitingUnless(() => this.#stopAsked, work);
  }

  /** Does what is due at this step and was not done before a stop; @returns whether patience is exhausted */
  *#lookAround(): Generator<TrainEvent, boolean, void> {
    const { evalEvery, inspectEvery } = this.#plan.config;
    const state = this.#state;
    if (state.step % evalEvery === 0 && state.meter.steps > 0 && !this.#stopRequested) {
      const evaluated = yield* this.#evaluate();
      if (!evaluated) return false;
      yield evaluated;
      if (evaluated.best) yield* this.#save('best');
    }
    const inspects = inspectEvery > 0 && state.step % inspectEvery === 0;
    if (inspects && state.flow.at(-1)?.step !== state.step && !this.#stopRequested) yield* this.#inspect();
    const outOfPatience = this.#patience > 0 && state.sinceBest >= this.#patience;
    if (!outOfPatience && !this.#stopRequested) yield* this.#preview();
    return outOfPatience;
  }

  /** Shows what the model writes now, where that is due. */
  *#preview(): Generator<TrainEvent, void, void> {
    const { sampleEvery } = this.#plan.config;
    const { step, previews } = this.#state;
    if (sampleEvery === 0 || step % sampleEvery !== 0 || previews.at(-1)?.step === step) return;
    const text = yield* this.#attend(this.#previewer.draw(this.learned, step));
    if (text === undefined) return;
    addRow(previews, { step, text: keptText(text) }, MAX_PREVIEWS);
    yield { event: 'sample', step, text };
  }

  /** Records the gradient flow for later reports; training does not use it. */
  *#inspect(): Generator<TrainEvent, void, void> {
    const row = inspectFlow(yield* waiting(this.keeping()));
    addRow(this.#state.flow, row);
    yield { event: 'inspect', ...row };
  }

  /** Evaluates and records the result; undefined when it is given up. */
  *#evaluate(): Generator<TrainEvent, Extract<TrainEvent, { event: 'evaluate' }> | undefined, void> {
    const state = this.#state;
    const validationBpc = yield* this.#validationBpc();
    if (validationBpc === undefined) return undefined;
    const { row, best } = recordEvaluation(state, this.#plan.config, validationBpc);
    return { event: 'evaluate', epoch: state.epoch, best, ...row };
  }

  /** null without a validation text, undefined when it is given up */
  *#validationBpc(): Generator<TrainEvent, number | null | undefined, void> {
    if (!this.#evaluator) return null;
    const computed = yield* this.#attend(this.#learner.withLearned(this.#evaluator.run()));
    const nats = this.#ranks ? yield* waiting(this.#ranks.agree(computed?.nats)) : computed?.nats;
    if (nats === undefined) return undefined;
    // the weights may be to blame, which a snapshot would say
    if (!Number.isFinite(nats)) yield* waiting(this.keeping());
    checkMeasurement(this.#state.step, this.#plan.config, nats);
    return bitsPerCharacter({ nats, characters: this.#plan.validation.length - 1 });
  }

  /**
   * The last checkpoint holds the state as the run left it, so that a resumed run equals one that never stopped;
   * the closing evaluation is reported, and saved when it is the best, but remembered in that file alone.
   */
  *#finish(outOfPatience: boolean): Generator<TrainEvent, void, void> {
    const { step, epoch, best, history, meter } = this.#state;
    // before the first step there is nothing that a new run would not have as well
    if (step > 0) yield* this.#lastSave();
    const measured = history.at(-1)?.step === step;
    const trainBpc = meter.characters > 0 ? bitsPerCharacter(meter) : (history.at(-1)?.trainBpc ?? null);
    let validationBpc = measured ? history.at(-1)!.validationBpc : null;
    if (!measured && step > 0 && !this.#stopRequested) {
      validationBpc = (yield* this.#validationBpc()) ?? null;
      const bpc = validationBpc ?? trainBpc;
      if (!this.#stopRequested && bpc !== null && (best === null || bpc < best.bpc)) {
        const checkpoint = yield* waiting(this.keeping());
        checkpoint.state.best = { step, bpc };
        yield { event: 'save', step, kind: 'best', checkpoint };
      }
    }
    const reason = this.#stopRequested ? 'stopped' : outOfPatience ? 'patience' : 'finished';
    yield { event: 'done', reason, step, epoch, trainBpc, validationBpc };
  }

  *#lastSave(): Generator<TrainEvent, void, void> {
    this.#ended = true;
    yield* this.#save('last');
  }

  *#save(kind: 'last' | 'best'): Generator<TrainEvent, void, void> {
    const checkpoint = yield* waiting(this.keeping());
    yield { event: 'save', step: this.#state.step, kind, checkpoint };
  }

  /**
   * A copy of everything the next step depends on.
   * @throws RnnError when a number in it is not finite
   */
  snapshot(): Checkpoint {
    return drain(this.keeping());
  }

  /** The same; yields between its parts, in which no step may be made. Several processes call it together. */
  *keeping(): Generator<void, Checkpoint, void> {
    const carried = this.#ranks && (yield* this.#ranks.gatherState());
    return {
      ...keptOf(this.#plan),
      numerics: this.kernels.numerics,
      state: structuredClone(this.#state),
      ...(yield* this.#learner.tensors(this.#state.step, carried)),
      excerpt: this.#excerpt,
    };
  }
}
