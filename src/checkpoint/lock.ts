import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { kill, pid } from 'node:process';
import { RnnError } from '../errors.ts';

/*
 * Two processes that write one run would each undo what the other saved. So a run has a lock: a file beside its
 * checkpoint that says who writes it. A lock whose process has ended is taken over. Of a process that cannot be looked
 * at, on another machine or in another container, the age of the lock decides, which its holder keeps young. Times are
 * those that the file system gives: clocks of machines differ.
 */

const BEAT_MS = 10_000;
export const STALE_MS = 2 * 60_000;
/** How often a lock may vanish while it is looked at. */
const MAX_ATTEMPTS = 100;

export interface RunLock {
  /** what another process left behind, one sentence each */
  readonly notes: readonly string[];
  /** To be called before each save. @throws RnnError when another process writes this run now */
  check(): void;
  /** Synchronous, so that it can be called while the process ends; more than once does no harm. */
  release(): void;
}

interface Holder {
  host: string;
  /** the container it runs in, as far as the system tells: process numbers mean something only inside */
  space: string;
  pid: number;
  /** when the process began, which tells it from a later one of the same number */
  started: string | undefined;
  token: string;
}

/** Where the lock of a run lies, by its checkpoint. */
export const lockPath = (path: string): string => join(dirname(path), `.${basename(path)}.lock`);

/**
 * Makes this process the only one that writes a run.
 * @param path the run's last checkpoint, which need not exist
 * @throws RnnError when a running process holds it; what the file system says when there can be no lock
 */
export function lockRun(path: string): RunLock {
  const lock = lockPath(path);
  const self = newHolder();
  const notes: string[] = [];
  for (let attempt = 1; !create(lock, self); attempt++) {
    const holder = read(lock);
    const age = holder && isVisible(holder, self) ? 0 : ageOf(lock, self.token);
    if (attempt > MAX_ATTEMPTS || (holder && isActive(holder, self, age))) {
      throw inUse(path, holder ?? {}, self, age);
    }
    if (holder && takeAway(lock, holder, self.token) && existsSync(path)) {
      notes.push(`${path}: ${nameOf(holder)} did not finish its run; this one takes it over`);
    }
  }
  const beat = setInterval(() => touch(lock), BEAT_MS).unref();
  return {
    notes,
    check() {
      const holder = read(lock);
      // a lock that somebody removed by hand is put back
      if (holder?.token === self.token || (holder === undefined && create(lock, self))) return;
      throw new RnnError(
        'usage',
        `${path}: ${nameOf(read(lock))} writes this run now; nothing more of this one is saved here`,
      );
    },
    release() {
      clearInterval(beat);
      if (read(lock)?.token === self.token) removeIfPossible(lock);
    },
  };
}

const newHolder = (): Holder => ({
  host: hostname(),
  space: ownSpace(),
  pid,
  started: startOf(pid),
  token: randomBytes(8).toString('hex'),
});

/** Whether a running process writes a run, as far as can be known. */
export function isLocked(path: string): boolean {
  const lock = lockPath(path);
  const [holder, self] = [read(lock), newHolder()];
  return holder !== undefined && isActive(holder, self, ageOf(lock, self.token));
}

/** @returns false where there is a lock already */
function create(lock: string, holder: Holder): boolean {
  try {
    writeFileSync(lock, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // what a full disk took of it is no lock
    rmSync(lock, { force: true });
    throw error;
  }
}

/** @returns undefined where there is none; a holder without names where it cannot be understood */
function read(lock: string): Partial<Holder> | undefined {
  try {
    return { ...(JSON.parse(readFileSync(lock, 'utf8')) as Partial<Holder>) };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : {};
  }
}

/**
 * Moves an abandoned lock out of the way. Only one of several processes can move a file; one that comes so late that it
 * has moved the next holder's lock puts it back.
 */
function takeAway(lock: string, abandoned: Partial<Holder>, token: string): boolean {
  const aside = `${lock}.${token}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const own = read(aside)?.token === abandoned.token;
  if (own) rmSync(aside, { force: true });
  else renameSync(aside, lock);
  return own;
}

/** Whether a process number means something here. */
const isVisible = (holder: Partial<Holder>, self: Holder): boolean =>
  holder.host === self.host && holder.space === self.space;

const isActive = (holder: Partial<Holder>, self: Holder, age: number): boolean =>
  isVisible(holder, self) ? isRunning(holder.pid!, holder.started) : age < STALE_MS;

/** Whether a run has a lock that was made on this machine, so that the process numbers beside it mean something. */
export function isLockedHere(path: string): boolean {
  const holder = read(lockPath(path));
  return holder?.host === hostname() && holder.space === ownSpace();
}

/** Whether a process of this machine runs; @param started when it began, where that is known */
export function isRunning(number: number, started?: string): boolean {
  const now = startOf(number);
  if (now !== undefined && started !== undefined) return now === started;
  try {
    kill(number, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat: clock ticks from the start of the machine; of one that has ended, "ended". */
function startOf(number: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${number}/stat`, 'utf8');
    // the second field, the name, may hold blanks and brackets
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}

function ownSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function ageOf(lock: string, token: string): number {
  const now = clockBeside(lock, token);
  const stats = statSync(lock, { throwIfNoEntry: false });
  return stats === undefined ? 0 : now - stats.mtimeMs;
}

/** What time it is for the file system, which may be that of another machine. */
function clockBeside(lock: string, token: string): number {
  const probe = `${lock}.${token}.now`;
  try {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs;
  } catch {
    return Date.now();
  } finally {
    removeIfPossible(probe);
  }
}

/** A lock that stays is taken over by the next run, since its process has ended. */
function removeIfPossible(lock: string): void {
  try {
    rmSync(lock, { force: true });
  } catch {
    // the process is about to end, perhaps because of this very disk
  }
}

/** Adds a blank, so that the file system notes the time; to a lock that is gone it adds nothing. */
function touch(lock: string): void {
  try {
    const file = openSync(lock, constants.O_WRONLY | constants.O_APPEND);
    try {
      writeSync(file, ' ');
    } finally {
      closeSync(file);
    }
  } catch {
    // what became of the lock shows at the next save
  }
}

const nameOf = ({ pid, host }: Partial<Holder> = {}): string =>
  pid === undefined
    ? 'another process'
    : `process ${Number(pid)} on ${String(host)
        .replace(/[^\w.-]/g, '?')
        .slice(0, 60)}`;

function inUse(path: string, holder: Partial<Holder>, self: Holder, age: number): RnnError {
  const otherwise = isVisible(holder, self)
    ? ''
    : ` (seen ${Math.round(age / 1000)} s ago; if it has ended, delete ${lockPath(path)})`;
  return new RnnError('usage', `${path} is being written by ${nameOf(holder)}${otherwise}`, {
    setting: 'out',
    hint: (name) => `wait for it, stop it, or use another ${name('out')}`,
  });
}
