import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Job } from 'bullmq';
import { describeTrial, rungSteps, type Trial } from '../sweep/index.ts';
import type { DoneReason } from '../train/index.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { say } from './output.ts';
import type { RedisServer } from './redis.ts';
import {
  type Child,
  childArguments,
  type Ended,
  type Evaluation,
  startChild,
  type TrialEvent,
  trialEvent,
  whyFailed,
} from './sweep-child.ts';
import { awaitFree, trialCheckpoint, trialFolder } from './sweep-files.ts';
import {
  LOCK_MS,
  type Posting,
  stopKey,
  type TrialJob,
  type TrialOutcome,
  type TrialProgress,
} from './sweep-posting.ts';
import { FAREWELL_MS, within } from './within.ts';

/** How often a trial says how far it is, and asks whether it is still wanted. */
const LOOK_MS = 500;

/** Why a trial is stopped: its queue has given it to another worker, the one who waits takes it back, or this worker ends. */
type Stop = 'lost' | 'recalled' | 'leaving';

export interface Taken {
  posting: Posting;
  root: string;
  trial: Trial;
  job: Job<TrialJob, TrialOutcome>;
  token: string;
  threads: number | undefined;
  worker: string;
}

/** A trial that a worker runs, in a process of its own. */
export class TrialRun {
  /** when it is over, and the queue knows how it ended */
  readonly over: Promise<void>;
  readonly #taken: Taken;
  readonly #server: RedisServer;
  #stop: Stop | undefined;
  #child: Child | undefined;
  #reason: DoneReason | undefined;
  #progress: TrialProgress;
  /** the last word on its progress */
  #telling: Promise<void> = Promise.resolve();
  /** when the progress was told, and the lock renewed */
  #told = 0;
  #renewed = Date.now();

  constructor(taken: Taken, server: RedisServer) {
    this.#taken = taken;
    this.#server = server;
    this.#progress = { worker: taken.worker, step: 0, evaluations: [] };
    this.over = this.#run().catch((error: Error) => this.#say(error.message));
  }

  stop(why: Stop): void {
    this.#stop ??= why;
    this.#child?.stop();
  }

  #say(text: string): void {
    const { posting, trial } = this.#taken;
    say(`${posting.title}: trial ${trial.number} ${text}`);
  }

  async #run(): Promise<void> {
    const timer = setInterval(
      oneAtATime(() => this.#ask()),
      LOOK_MS,
    );
    try {
      const ended = await this.#train();
      await within(FAREWELL_MS, this.#report(ended), () => this.#stop === 'leaving');
    } finally {
      clearInterval(timer);
    }
  }

  /** Holds the trial, and asks whether it is still wanted. */
  async #ask(): Promise<void> {
    const { job, token, posting, trial } = this.#taken;
    if (Date.now() - this.#renewed >= LOCK_MS / 2) {
      this.#renewed = Date.now();
      const held = await job.extendLock(token, LOCK_MS).catch(() => 0);
      if (held !== 1) this.stop('lost');
    }
    if ((await this.#server.client.sismember(stopKey(posting.id), trial.number)) === 1) this.stop('recalled');
  }

  async #train(): Promise<Ended> {
    const { posting, root, trial, threads } = this.#taken;
    const { directory, name, definition } = posting;
    const checkpoint = trialCheckpoint(directory, name, trial);
    this.#tell();
    // its last worker may have been killed just now
    await awaitFree(resolve(root, checkpoint), ({ message }, waited) => {
      if (waited === 0) this.#say(`waits: ${message.split(';')[0]}`);
      return this.#stop === undefined;
    });
    if (this.#stop !== undefined) return { code: 0, signal: null, error: undefined };
    const isBegun = (statSync(resolve(root, checkpoint), { throwIfNoEntry: false })?.size ?? 0) > 0;
    const resume = isBegun ? checkpoint : undefined;
    const args = childArguments(definition, trial, { out: trialFolder(directory, trial), resume, threads });
    this.#say(`${isBegun ? 'goes on' : 'starts'}  (${describeTrial(trial)})`);
    this.#child = startChild(args, (event) => this.#hear(trialEvent(event)), root);
    return this.#child.ended;
  }

  #hear(event: TrialEvent | undefined): void {
    if (event?.event === 'done') this.#reason = event.reason;
    else if (event?.event === 'step') {
      this.#progress.step = event.step;
      if (Date.now() - this.#told >= LOOK_MS) this.#tell();
    } else if (event?.event === 'evaluate') {
      const { evaluations } = this.#progress;
      const last = evaluations.at(-1);
      if (last && !this.#decides(last)) evaluations.pop();
      evaluations.push(event);
      this.#tell();
    }
  }

  /** Whether trials are compared by an evaluation. */
  #decides({ step }: Evaluation): boolean {
    const { rungs } = this.#taken.posting.definition;
    return rungs !== undefined && rungSteps(rungs, step + 1).includes(step);
  }

  #tell(): void {
    this.#told = Date.now();
    const { worker, step, evaluations } = this.#progress;
    const progress = { worker, step, evaluations: [...evaluations] };
    // of a job that the queue has lost the lock tells
    this.#telling = this.#taken.job.updateProgress(progress).catch(() => {});
  }

  /** Says to the queue how it ended. */
  async #report(ended: Ended): Promise<void> {
    const { job, token } = this.#taken;
    await this.#telling;
    const isOver = this.#reason === 'finished' || this.#reason === 'patience';
    if (this.#stop === 'lost') this.#say('is lost to this worker; the next free one goes on with it');
    else if (isOver || this.#stop === 'recalled' || ended.code === 1) {
      const reason = this.#reason ?? (this.#stop && 'stopped');
      this.#say(reason === undefined ? `failed: ${whyFailed(ended)}` : ENDS[reason]);
      await job.moveToCompleted({ reason, ended }, token, false);
    } else if (this.#stop === 'leaving') {
      this.#say('is handed back');
      await job.moveToWait(token);
    } else {
      this.#say(`failed: ${whyFailed(ended)}`);
      await job.moveToFailed(new Error(whyFailed(ended)), token, false);
    }
  }
}

const ENDS: Record<DoneReason, string> = {
  finished: 'finished',
  patience: 'finished',
  stopped: 'stopped',
};
