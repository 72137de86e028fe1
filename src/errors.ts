import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** What the user can fix: one clear message, exit code 1. Everything else is a defect of ours. */
export class RnnError extends Error {
  readonly code: ErrorCode;
  /** the message, in as many parts as there are things wrong; a part is shown as one line, whatever it quotes */
  readonly parts: readonly string[];

  /** @param message subject, what was expected, what was found, what to do next; one line for each thing that is wrong */
  constructor(code: ErrorCode, message: string | readonly string[], options?: ErrorOptions) {
    const parts = typeof message === 'string' ? [message] : message;
    super(parts.join('\n'), options);
    this.name = 'RnnError';
    this.code = code;
    this.parts = parts;
  }
}

export type ErrorCode = 'config' | 'corpus' | 'checkpoint' | 'diverged' | 'seed' | 'usage' | 'thread';

/** What the system said, by name and in words: "ENOSPC: no space left on device". */
export function systemReason({ code, errno = 0, message }: NodeJS.ErrnoException): string {
  const [known, words] = getSystemErrorMap().get(errno) ?? [];
  if (known !== undefined) return `${known}: ${words}`;
  // a used up quota has a number and a name that Node does not know
  if (errno === -constants.errno.EDQUOT) return 'EDQUOT: disk quota exceeded';
  return code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
}
