import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Job, Worker } from 'bullmq';
import { count } from '../report/index.ts';
import type { Trial } from '../sweep/index.ts';
import { measureMemory } from './memory.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { say } from './output.ts';
import { ownPackage } from './own-package.ts';
import type { RedisServer } from './redis.ts';
import {
  InputFiles,
  LOCK_MS,
  MAX_LOST,
  numericsOf,
  type Posting,
  PREFIX,
  readPosting,
  STALLED_MS,
  SWEEPS,
  type TrialJob,
  type TrialOutcome,
  trialsOf,
  type WorkerState,
  whyUnfit,
  workersKey,
} from './sweep-posting.ts';
import { TrialRun } from './trial-run.ts';
import { FAREWELL_MS, within } from './within.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How often the server is asked for sweeps and trials. */
const LOOK_MS = 500;
/** How often a worker asks again whether it can work on a sweep that it could not. */
const AGAIN_MS = 5000;

/** A sweep as this worker sees it. */
interface Known {
  posting: Posting;
  /** as it was posted */
  text: string;
  /** where names of files begin here */
  root: string;
  trials: readonly Trial[];
  /** the kernels that they compute with */
  numerics: string;
  queue: Worker<TrialJob, TrialOutcome>;
  /** why this worker does not work on it */
  refuses: string | undefined;
  /** when that was found */
  looked: number;
}

interface WorkerOptions {
  /** stands for the directory in which a sweep was started */
  dir: string | undefined;
  jobs: number;
  threads: number | undefined;
}

/** Takes trials of all sweeps that are posted at a server, and trains each in a process of its own. */
export class QueueWorker {
  readonly name = `${hostname()}-${process.pid}`;
  readonly #server: RedisServer;
  readonly #options: WorkerOptions;
  readonly #files = new InputFiles();
  readonly #version = ownPackage().version;
  readonly #known = new Map<string, Known>();
  readonly #running = new Set<TrialRun>();
  #beat = 0;
  #complaint: string | undefined;
  #exitCode: number | undefined;
  /** ends a pause */
  #wake: () => void = () => {};

  constructor(server: RedisServer, options: WorkerOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** @returns the exit code that a signal asks for */
  async run(): Promise<number> {
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])
      process.on(signal, () => this.#onSignal(signal));
    const { jobs } = this.#options;
    say(`${this.name} works for ${this.#server.address}, ${count(jobs, 'trial')} at once; Ctrl-C ends it`);
    // one lasts as long as the server is gone
    const round = oneAtATime(() => this.#lookAround());
    while (this.#exitCode === undefined) {
      void round();
      await this.#pause();
    }
    await Promise.all([...this.#running].map(({ over }) => over));
    await within(FAREWELL_MS, this.#leaveAll());
    return this.#exitCode;
  }

  /** The first signal lets every trial save and hands it back; the second leaves at once, which the trials notice. */
  #onSignal(signal: keyof typeof SIGNALS): void {
    if (this.#exitCode !== undefined) process.exit(this.#exitCode);
    this.#exitCode = SIGNALS[signal];
    if (this.#running.size > 0) say('the trials that run save and end; other workers go on with them …');
    for (const run of this.#running) run.stop('leaving');
    this.#wake();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #lookAround(): Promise<void> {
    try {
      const posted = await this.#server.client.hgetall(SWEEPS);
      for (const [id, known] of this.#known) if (!(id in posted)) await this.#leave(id, known);
      for (const [id, text] of Object.entries(posted)) await this.#look(id, text);
      for (const known of this.#known.values()) await this.#takeFrom(known);
    } catch (error) {
      // the next round tries again
      const { message } = error as Error;
      if (message !== this.#complaint) say(`note: ${this.#server.address}: ${message}`);
      this.#complaint = message;
    }
  }

  async #look(id: string, text: string): Promise<void> {
    const before = this.#known.get(id);
    const isOld = before?.refuses !== undefined && Date.now() - before.looked > AGAIN_MS;
    if (before?.text !== text || isOld) await this.#judge(id, text, before);
    const known = this.#known.get(id);
    if (!known) return;
    const { refuses, numerics } = known;
    const state: WorkerState = { beat: ++this.#beat, numerics, ...(refuses && { refuses }) };
    await this.#server.client.hset(workersKey(id), this.name, JSON.stringify(state));
  }

  /** Decides whether this worker works on a sweep. */
  async #judge(id: string, text: string, before: Known | undefined): Promise<void> {
    const posting = readPosting(text);
    if (posting === undefined) return;
    const root = this.#options.dir ?? posting.root;
    const refuses = await whyUnfit(posting, root, this.#version, this.#files);
    const numerics = refuses === undefined ? numericsOf(posting.definition) : '';
    const trials = refuses === undefined ? trialsOf(posting) : [];
    const queue = before?.queue ?? (await this.#open(id));
    const known = {
      posting,
      text,
      root,
      trials,
      numerics,
      queue,
      refuses: before?.refuses,
      looked: Date.now(),
    };
    this.#known.set(id, known);
    const isNew = before === undefined || before.refuses !== undefined;
    this.#refuse(known, refuses);
    if (refuses === undefined && isNew) say(`${posting.title}: joined, ${count(trials.length, 'trial')}`);
  }

  #refuse(known: Known, reason: string | undefined): void {
    if (reason !== undefined && reason !== known.refuses)
      say(`${known.posting.title}: left alone, ${reason}`);
    known.refuses = reason;
  }

  async #open(id: string): Promise<Known['queue']> {
    const { client: connection, bullmq } = this.#server;
    const queue = new bullmq.Worker<TrialJob, TrialOutcome>(id, undefined, {
      connection,
      prefix: PREFIX,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: MAX_LOST,
    });
    // what happens to the connection is said once, by who made it
    queue.on('error', () => {});
    await queue.startStalledCheckTimer();
    return queue;
  }

  async #leave(id: string, { queue, posting, refuses }: Known): Promise<void> {
    this.#known.delete(id);
    await this.#server.client.hdel(workersKey(id), this.name);
    void queue.close().catch(() => {});
    if (refuses === undefined) say(`${posting.title}: over`);
  }

  async #leaveAll(): Promise<void> {
    for (const id of this.#known.keys()) await this.#server.client.hdel(workersKey(id), this.name);
  }

  async #takeFrom(known: Known): Promise<void> {
    while (known.refuses === undefined && this.#exitCode === undefined && this.#hasRoom(known)) {
      const token = randomUUID();
      const job = await known.queue.getNextJob(token, { block: false });
      if (!job) return;
      // the files may have changed since
      const refuses = await whyUnfit(known.posting, known.root, this.#version, this.#files);
      this.#refuse(known, refuses);
      const trial = known.trials[job.data.trial - 1];
      if (refuses !== undefined || !trial || this.#exitCode !== undefined) {
        // one that is unknown comes with more draws, of which the next round hears
        await job.moveToWait(token);
        return;
      }
      this.#start(known, trial, job, token);
    }
  }

  #hasRoom({ posting }: Known): boolean {
    const running = this.#running.size;
    return running === 0 || (running < this.#options.jobs && measureMemory().free >= posting.memoryBytes);
  }

  #start({ posting, root }: Known, trial: Trial, job: Job<TrialJob, TrialOutcome>, token: string): void {
    const { threads } = this.#options;
    const run = new TrialRun({ posting, root, trial, job, token, threads, worker: this.name }, this.#server);
    this.#running.add(run);
    void run.over.then(() => {
      this.#running.delete(run);
      this.#wake();
    });
  }
}
