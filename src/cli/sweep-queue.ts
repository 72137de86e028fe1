import type { Queue, QueueEvents } from 'bullmq';
import type { TrialRecord } from '../sweep/index.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { RedisServer } from './redis.ts';
import { SeenWorkers } from './seen-workers.ts';
import type { Child, Ended, TrialEvent } from './sweep-child.ts';
import type { SweepPlace } from './sweep-place.ts';
import {
  ATTEMPTS,
  jobId,
  MAX_LOST,
  type Posting,
  PREFIX,
  SWEEPS,
  stopKey,
  type TrialJob,
  type TrialOutcome,
  type TrialProgress,
  workersKey,
} from './sweep-posting.ts';

/** How often the queue is looked at, beside its events. */
const LOOK_MS = 1000;
/** Looks in which a job is missing after which it is lost, not just ended. */
const MISSED = 3;
const RETRY_MS = 1000;
/** How many jobs are read at once. */
const PAGE = 1000;

/** A trial at the queue. */
interface Handed {
  hear(event: TrialEvent): void;
  end(ended: Ended): void;
  worker: string | undefined;
  /** step of the last evaluation that was heard */
  heard: number;
  /** looks in which its job was missing */
  missing: number;
  recalled: boolean;
}

/** Trials are jobs of a queue, which workers take. What is at the queue already, by a sweep that was killed, stays there. */
export class QueuePlace implements SweepPlace {
  readonly jobs = Number.POSITIVE_INFINITY;
  readonly goesOn = true;
  readonly #server: RedisServer;
  readonly #posting: Posting;
  readonly #queue: Queue<TrialJob>;
  readonly #events: QueueEvents;
  readonly #handed = new Map<number, Handed>();
  readonly #workers: SeenWorkers;
  /** jobs of an earlier sweep, with what was last said of them */
  #found = new Map<string, unknown>();
  /** jobs are added one after another, in the order of the trials */
  #adding: Promise<void> = Promise.resolve();
  #note: (text: string) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #complaint: string | undefined;

  private constructor(server: RedisServer, posting: Posting, lastEventId: string) {
    const { client: connection, bullmq } = server;
    this.#server = server;
    this.#posting = posting;
    this.#workers = new SeenWorkers(server, posting, (text) => this.#note(text));
    const options = { connection, prefix: PREFIX };
    this.#queue = new bullmq.Queue(posting.id, options);
    this.#events = new bullmq.QueueEvents(posting.id, { ...options, lastEventId });
    // what happens to the connection is said once, by who made it
    this.#queue.on('error', () => {});
    this.#events.on('error', () => {});
  }

  /** Posts a sweep, so that workers find it. @param trials as they stand; those that are over are taken back */
  static async open(
    server: RedisServer,
    posting: Posting,
    trials: readonly TrialRecord[],
  ): Promise<QueuePlace> {
    const { client } = server;
    // from here on, whenever the first look at the events is
    const [last] = await client.xrevrange(`${PREFIX}:${posting.id}:events`, '+', '-', 'COUNT', 1);
    const place = new QueuePlace(server, posting, last?.[0] ?? '0-0');
    await place.#begin(trials);
    return place;
  }

  async #begin(trials: readonly TrialRecord[]): Promise<void> {
    const { id } = this.#posting;
    const found = await this.#queue.getJobs(['active', 'waiting', 'delayed']);
    this.#found = new Map(found.flatMap((job) => (job?.id ? [[job.id, job.progress]] : [])));
    await this.#server.client.del(stopKey(id));
    for (const { number, state } of trials)
      if ((state === 'finished' || state === 'stopped') && this.#found.delete(jobId(number)))
        await this.#recall(number);
    await this.#server.client.hset(SWEEPS, id, JSON.stringify(this.#posting));
    this.#events.on('progress', ({ jobId, data }) => this.#hear(jobId, data as unknown as TrialProgress));
    this.#events.on('waiting', ({ jobId, prev }) => this.#lose(jobId, prev === 'active' ? false : undefined));
    this.#events.on('stalled', ({ jobId }) => this.#lose(jobId, true));
    this.#events.on('completed', ({ jobId, returnvalue }) =>
      this.#end(jobId, returnvalue as unknown as TrialOutcome),
    );
    this.#events.on('failed', ({ jobId, failedReason }) => {
      const error = /stalled/.test(failedReason) ? `lost by ${MAX_LOST + 1} workers` : failedReason;
      this.#end(jobId, { reason: undefined, ended: { code: null, signal: null, error } });
    });
    this.#timer = setInterval(this.#look, LOOK_MS);
    void this.#look();
  }

  listen(note: (text: string) => void): void {
    this.#note = note;
  }

  workers(): number {
    return this.#workers.count;
  }

  /** A worker waits for the run to be free. */
  async ready(): Promise<void> {}

  start({ number, rungs }: TrialRecord, _isBegun: boolean, hear: (event: TrialEvent) => void): Child {
    let end: Handed['end'] = () => {};
    const ended = new Promise<Ended>((resolve) => {
      end = resolve;
    });
    const handed = { hear, end, worker: undefined, heard: -1, missing: 0, recalled: false };
    this.#handed.set(number, handed);
    const found = this.#found.get(jobId(number));
    const isThere = this.#found.delete(jobId(number));
    const added = isThere
      ? this.#attach(number, found)
      : this.#adding.then(() => this.#add(number, rungs.length > 0));
    this.#adding = added.catch(() => {});
    const settled = added.catch(this.#complain);
    return {
      stop: () => {
        handed.recalled = true;
        void settled.then(() => this.#recall(number)).catch(this.#complain);
      },
      ended,
    };
  }

  /** Goes on with a job of an earlier sweep, whose last word may already decide about it. */
  async #attach(trial: number, progress: unknown): Promise<void> {
    // not before the one who handed it over can stop it
    await undefined;
    if (typeof progress === 'object') this.#hear(jobId(trial), progress as TrialProgress);
  }

  /** Says once what the server refuses; the next look tries again. */
  readonly #complain = ({ message }: Error): void => {
    if (message !== this.#complaint) this.#note(`${this.#server.address}: ${message}`);
    this.#complaint = message;
  };

  /** @param isFirst whether it goes before those that wait */
  async #add(trial: number, isFirst: boolean): Promise<void> {
    const { client } = this.#server;
    await client.srem(stopKey(this.#posting.id), trial);
    await this.#queue.add(
      'trial',
      { trial },
      {
        jobId: jobId(trial),
        lifo: isFirst,
        attempts: ATTEMPTS,
        backoff: { type: 'fixed', delay: RETRY_MS },
        // what is known of it lies in its directory
        removeOnComplete: true,
        removeOnFail: true,
      },
    );
  }

  /** Takes a trial back: at once where it waits, else its worker hears of it. */
  async #recall(trial: number): Promise<void> {
    await this.#server.client.sadd(stopKey(this.#posting.id), trial);
    if ((await this.#queue.remove(jobId(trial)).catch(() => 0)) === 1)
      this.#end(jobId(trial), { reason: 'stopped', ended: { code: 0, signal: null, error: undefined } });
  }

  #of(id: string): Handed | undefined {
    return this.#handed.get(numberOf(id));
  }

  #hear(id: string, { worker, step, evaluations }: TrialProgress): void {
    const handed = this.#of(id);
    if (!handed) return;
    if (handed.worker !== worker) handed.hear({ event: 'taken', worker });
    handed.worker = worker;
    handed.hear({ event: 'step', step });
    for (const evaluation of evaluations) {
      if (evaluation.step <= handed.heard) continue;
      handed.heard = evaluation.step;
      handed.hear(evaluation);
    }
  }

  /** @param lost whether its worker has vanished; undefined where it had none */
  #lose(id: string, lost: boolean | undefined): void {
    const handed = this.#of(id);
    if (!handed || lost === undefined) return;
    handed.hear({ event: 'waits', lost });
    handed.worker = undefined;
  }

  #end(id: string, { reason, ended }: TrialOutcome): void {
    const handed = this.#of(id);
    if (!handed) return;
    this.#handed.delete(numberOf(id));
    if (reason !== undefined) handed.hear({ event: 'done', reason });
    handed.end(ended);
  }

  /** Workers that come and go, and what a server that was restarted has forgotten. */
  readonly #look = oneAtATime(async () => {
    const { client } = this.#server;
    const { id } = this.#posting;
    try {
      await client.hset(SWEEPS, id, JSON.stringify(this.#posting));
      await this.#workers.look();
      await this.#lookForLost();
    } catch (error) {
      this.#complain(error as Error);
    }
  });

  async #lookForLost(): Promise<void> {
    const counts = await this.#queue.getJobCounts('active', 'waiting', 'delayed');
    const jobs = Object.values(counts).reduce((sum, n) => sum + n, 0);
    const isWhole = jobs >= this.#handed.size && ![...this.#handed.values()].some(({ recalled }) => recalled);
    if (isWhole) return;
    const trials = [...this.#handed.keys()];
    for (let i = 0; i < trials.length; i += PAGE) {
      const page = trials.slice(i, i + PAGE);
      const pipeline = this.#server.client.pipeline();
      for (const trial of page) pipeline.exists(`${PREFIX}:${this.#posting.id}:${jobId(trial)}`);
      const answers = (await pipeline.exec()) ?? [];
      for (const [place, trial] of page.entries()) await this.#check(trial, answers[place]?.[1] === 1);
    }
  }

  async #check(trial: number, isThere: boolean): Promise<void> {
    const handed = this.#handed.get(trial);
    if (!handed) return;
    handed.missing = isThere ? 0 : handed.missing + 1;
    // its worker may have vanished before it heard of it
    if (handed.recalled && isThere) await this.#recall(trial);
    if (handed.missing < MISSED) return;
    handed.missing = 0;
    if (handed.recalled) {
      this.#end(jobId(trial), { reason: 'stopped', ended: { code: 0, signal: null, error: undefined } });
    } else {
      this.#lose(jobId(trial), false);
      await this.#add(trial, false);
    }
  }

  /** Takes the sweep away from the workers: what is left of it lies in its directory. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // one that is on its way would put back what is taken away here
    await this.#look();
    const { client } = this.#server;
    const { id } = this.#posting;
    await client.hdel(SWEEPS, id);
    await this.#queue.obliterate({ force: true });
    await client.del(stopKey(id), workersKey(id));
    await this.#events.close();
    await this.#queue.close();
  }
}

const numberOf = (id: string): number => Number(id.replace('trial-', ''));
