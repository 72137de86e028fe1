import { fstatSync, writeSync } from 'node:fs';
import { chalkStderr } from 'chalk';
import { RnnError } from '../errors.ts';
import { escapeControls, harmlessLine, messageLine } from '../report/escape.ts';
import { wrap } from '../report/terminal/width.ts';
import { systemReason } from '../system-reason.ts';

/** Writes text to stdout, exact through a pipe, harmless on a terminal; waits when the reader is slow. */
export async function print(text: string): Promise<void> {
  await write(process.stdout.isTTY ? escapeControls(text) : text);
}

/** Writes bytes to stdout as they are; a reader that has gone away is not waited for. */
export async function write(data: string | Uint8Array): Promise<void> {
  const { stdout } = process;
  if (broken || stdout.destroyed) return;
  toFile ??= isFileOrDevice();
  if (toFile) return writeToFile(typeof data === 'string' ? Buffer.from(data) : data);
  if (stdout.write(data)) return;
  await new Promise<void>((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const ready = () => {
      for (const event of events) stdout.off(event, ready);
      resolve();
    };
    for (const event of events) stdout.on(event, ready);
  });
}

/** Whether stdout is a file or a device, where Node would not look at how much of a write was taken. */
let toFile: boolean | undefined;

function isFileOrDevice(): boolean {
  const stats = fstatSync(process.stdout.fd);
  return stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY);
}

/** A full disk takes a part; the next write says why. */
function writeToFile(data: Uint8Array): void {
  try {
    for (let done = 0; done < data.length; ) done += writeSync(process.stdout.fd, data, done);
  } catch (error) {
    onBroken(error as NodeJS.ErrnoException);
  }
}

/** JSON for stdout: DEL, C1 and bidirectional controls escaped too, which JSON.stringify leaves raw. */
export function toJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Bidi_C}]/gu, escaped);
}

/** So many characters are written as one JSON object, or coloured one by one: all are in memory then. */
export const MAX_CHARACTERS = 10_000_000;

/** How a chart is drawn where it goes. */
export const chartOptions = ({ columns }: { columns?: number }) => ({
  width: columns || 80,
  ascii: process.env.TERM === 'dumb',
});

let quiet = false;

/** From now on only what must not be overlooked is said. */
export function beQuiet(): void {
  quiet = true;
}

/** A line for people: stderr, so that stdout stays data. */
export function say(text: string): void {
  if (!quiet) warn(text);
}

/** The same for a hint that may be overlooked. */
export function hint(text: string): void {
  if (!quiet) process.stderr.write(`${chalkStderr.dim(linesOf(text))}\n`);
}

/** A line that is said to quiet people too. */
export function warn(text: string): void {
  process.stderr.write(`${linesOf(text)}\n`);
}

/** A terminal would break a line inside words. */
function linesOf(text: string): string {
  const { isTTY, columns } = process.stderr;
  const line = harmlessLine(text);
  return isTTY && columns ? wrap(line, columns).join('\n') : line;
}

let speaker = '';

/** From now on errors say who has them: one of several processes. */
export function speakAs(name: string): void {
  speaker = `${name}: `;
}

export function sayError(text: string): void {
  process.stderr.write(`${chalkStderr.red('error:')} ${messageLine(speaker + text)}\n`);
}

/** The same error, with what only the command line knows. */
export function withMore(error: RnnError, text: string): RnnError {
  return new RnnError(error.code, (name) => `${error.lines(name).join('; ')}; ${text}`, { cause: error });
}

let broken = false;
let stop: (() => void) | undefined;

/**
 * A reader that has gone away (`| head`) is normal life; another write error is exit code 1, and said in the end.
 * @param onBroken ends the command; the last one given counts
 */
export function survivePipes(onBrokenPipe: () => void): void {
  if (!stop) {
    process.stdout.on('error', onBroken);
    process.stderr.on('error', () => {});
  }
  stop = onBrokenPipe;
}

function onBroken(error: NodeJS.ErrnoException): void {
  if (broken) return;
  broken = true;
  if (error.code !== 'EPIPE') {
    process.exitCode = 1;
    process.once('exit', () => sayError(`standard output cannot be written (${systemReason(error)})`));
  }
  stop?.();
}
