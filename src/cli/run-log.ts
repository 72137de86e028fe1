import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { replaceFile } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { scalarsRecord, sessionRecord, textRecord, versionRecord } from '../report/event-file.ts';
import { keepMetrics, type MetricsRow, MetricsRows, metricsLine } from '../report/metrics.ts';
import { systemReason } from '../system-reason.ts';
import type { TrainEvent } from '../train/index.ts';
import { makeFolder } from './make-folder.ts';

/** Lines wait for so long, in seconds. */
const FLUSH_SECONDS = 2;

/** First record of a run's log. */
interface Start {
  /** the checkpoint of the run, after which its folder is called */
  checkpoint: string;
  /** whether the run goes on in its own file */
  resumed: boolean;
  /** steps made so far */
  step: number;
}

/** The figures of a run, for TensorBoard and as metrics.csv, in a folder of its own. */
export class RunLog {
  readonly #folder: string;
  readonly #rows = new MetricsRows();
  readonly #files: Record<'events' | 'metrics', LogFile>;
  #pending: { row: MetricsRow; seconds: number }[] = [];
  #flushed = now();
  #failed = false;

  private constructor(folder: string, files: Record<'events' | 'metrics', LogFile>) {
    this.#folder = folder;
    this.#files = files;
  }

  /**
   * Opens the folder of a run; a resumed run goes on with its log.
   * @throws RnnError where it cannot be written, or holds another run's log
   */
  static async open(directory: string, { checkpoint, resumed, step }: Start): Promise<RunLog> {
    const folder = join(directory, basename(checkpoint, '.json'));
    const path = join(folder, 'metrics.csv');
    try {
      makeFolder(folder);
      const kept = readIfThere(path);
      if (kept !== undefined && !resumed) throw holdsAnother(directory, folder);
      await replaceFile(path, [keepMetrics(kept ?? '', step)]);
      const stamp = `${Math.floor(now())}.${hostname()}.${process.pid}`;
      const events = new LogFile(join(folder, `events.out.tfevents.${stamp}.rnn`));
      const at = { seconds: now(), step };
      events.add(versionRecord(at));
      if (resumed) events.add(sessionRecord({ ...at, step: step + 1 }));
      events.flush();
      return new RunLog(folder, { events, metrics: new LogFile(path) });
    } catch (cause) {
      if (cause instanceof RnnError) throw cause;
      const got = systemReason(cause as NodeJS.ErrnoException);
      const expected = 'a directory to write the log to';
      throw new RnnError('usage', `--log-dir ${directory}`, { expected, got, hint: 'name another', cause });
    }
  }

  /** @returns what to say when the log can be written no more, once */
  add(event: TrainEvent, learningRate: number): string | undefined {
    if (this.#failed) return undefined;
    const row = this.#rows.add(event, learningRate, now());
    if (row) this.#pending.push({ row, seconds: now() });
    const isDue = event.event === 'done' || now() - this.#flushed > FLUSH_SECONDS;
    return isDue ? this.#flush() : undefined;
  }

  addSample(step: number, text: string): void {
    // as a block of code, since TensorBoard reads Markdown
    const shown = `    ${text.replaceAll('\n', '\n    ')}`;
    if (!this.#failed) this.#files.events.add(textRecord({ seconds: now(), step }, 'sample', shown));
  }

  /** Writes what is left: what led to the end of a run that diverged. */
  close(): void {
    if (!this.#failed) this.#flush();
    for (const file of Object.values(this.#files)) file.close();
  }

  /** Encodes and writes together what has gathered, which takes much less time than a little at a time. */
  #flush(): string | undefined {
    this.#flushed = now();
    for (const { row, seconds } of this.#pending.splice(0)) {
      this.#files.events.add(scalarsRecord({ seconds, step: row.step }, row.values));
      this.#files.metrics.add(Buffer.from(metricsLine(row, new Date(seconds * 1000))));
    }
    try {
      for (const file of Object.values(this.#files)) file.flush();
      return undefined;
    } catch (error) {
      this.#failed = true;
      const reason = systemReason(error as NodeJS.ErrnoException);
      return `${this.#folder}: the log cannot be written (${reason}); training goes on without it`;
    }
  }
}

/** A file to whose end is written what has gathered. */
class LogFile {
  readonly #descriptor: number;
  #pending: Buffer[] = [];

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a');
  }

  add(data: Buffer): void {
    this.#pending.push(data);
  }

  flush(): void {
    const data = Buffer.concat(this.#pending);
    this.#pending = [];
    // a full disk may take a part only
    for (let done = 0; done < data.length; ) done += writeSync(this.#descriptor, data, done);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

const now = (): number => Date.now() / 1000;

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const holdsAnother = (directory: string, folder: string) =>
  new RnnError('usage', `--log-dir ${directory}`, {
    expected: 'a directory without a log of this name',
    got: `${folder} of another run`,
    hint: 'name another, or remove that one',
  });
