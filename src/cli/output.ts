import { harmless } from '../report/index.ts';

/** Writes text to stdout, exact through a pipe, harmless on a terminal; waits when the reader is slow. */
export async function print(text: string): Promise<void> {
  await write(process.stdout.isTTY ? harmless(text) : text);
}

/** Writes bytes to stdout as they are; a reader that has gone away is not waited for. */
export async function write(data: string | Uint8Array): Promise<void> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.write(data)) return;
  await new Promise<void>((resolve) => {
    const events = ['drain', 'close', 'error'] as const;
    const ready = () => {
      for (const event of events) stdout.off(event, ready);
      resolve();
    };
    for (const event of events) stdout.on(event, ready);
  });
}

/** JSON for stdout: DEL, C1 and bidirectional controls escaped too, which JSON.stringify leaves raw. */
export function toJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Bidi_C}]/gu, escaped);
}

/** A line for people: stderr, so that stdout stays data. */
export function say(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** `| head` closes the pipe early, which is normal life; other write errors (a full disk) end the program. */
export function survivePipes(onBrokenPipe: () => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return onBrokenPipe();
    say(`stdout: cannot be written (${error.code})`);
    process.exit(1);
  });
  process.stderr.on('error', () => {});
}
