import { RnnError } from '../errors.ts';
import type { Control } from '../live/protocol.ts';

/** What a run does when it is asked to. */
export interface Steered {
  /** steps made so far */
  readonly step: number;
  sample(): Promise<void>;
  /** @throws RnnError where it could not be saved */
  save(): Promise<void>;
  halveRate(): Promise<number>;
  quit(): void;
  /** The run stands still. @param again after a single step of a pause */
  paused(again: boolean): Promise<void>;
  goesOn(): Promise<void>;
}

/** Something that was asked for, done when the run is between two steps. */
interface Request {
  work(): Promise<void>;
  done(step: number): void;
  failed(error: unknown): void;
}

/** Where a run is steered, by keys and by its page alike: one state, looked at between two steps, where the weights are whole. */
export class RunControls {
  readonly #run: Steered;
  #isPaused = false;
  /** the step up to which a paused run goes on */
  #until = 0;
  #requests: Request[] = [];
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(run: Steered) {
    this.#run = run;
  }

  /** Whether the run is to stand still once its step is whole. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** @returns the step after which it is so, once it is */
  async control(name: Control): Promise<number> {
    if (this.#hasEnded) throw new RnnError('usage', 'the run has ended');
    switch (name) {
      case 'pause':
        this.#isPaused = true;
        this.#until = 0;
        return this.#request();
      case 'resume':
        this.#isPaused = false;
        return this.#request();
      case 'step':
        this.#isPaused = true;
        this.#until = this.#run.step + 1;
        return this.#request();
      case 'save':
        return this.#request(() => this.#run.save());
      case 'halve-rate':
        return this.#run.halveRate();
      case 'stop':
        this.#run.quit();
        return this.#run.step;
      default:
        return name satisfies never;
    }
  }

  sample(): void {
    // nobody waits for it, even if the run ends first
    this.#request(() => this.#run.sample()).catch(() => {});
  }

  togglePause(): void {
    this.control(this.#isPaused ? 'resume' : 'pause').catch(() => {});
  }

  #request(work = async () => {}): Promise<number> {
    return new Promise((done, failed) => {
      this.#requests.push({ work, done, failed });
      this.#wake();
    });
  }

  /** To be called between two steps: does what was asked for, and lasts as long as a pause. */
  async answer(): Promise<void> {
    if (this.#holds) await this.#pause();
    else await this.#serve();
  }

  get #holds(): boolean {
    return this.#isPaused && this.#run.step >= this.#until;
  }

  async #pause(): Promise<void> {
    await this.#run.paused(this.#until > 0);
    for (;;) {
      await this.#serve();
      if (!this.#holds) break;
      if (this.#requests.length > 0) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await this.#run.goesOn();
  }

  async #serve(): Promise<void> {
    // one that comes meanwhile is done as well; a step that is asked for is answered when it was made
    while (this.#requests.length > 0 && this.#run.step >= this.#until) {
      const { work, done, failed } = this.#requests.shift()!;
      try {
        await work();
        done(this.#run.step);
      } catch (error) {
        if (!(error instanceof RnnError)) throw error;
        failed(error);
      }
    }
  }

  /** Ends a pause, since the run is to end. */
  release(): void {
    this.#isPaused = false;
    this.#until = 0;
    this.#wake();
  }

  /** Answers what was asked for too late. */
  end(): void {
    this.#hasEnded = true;
    for (const { failed } of this.#requests.splice(0)) failed(new RnnError('usage', 'the run has ended'));
  }
}
