import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** The error of the system, by name and in words: "ENOSPC: no space left on device". */
export function systemReason({ code, errno = 0, message }: NodeJS.ErrnoException): string {
  const [known, words] = getSystemErrorMap().get(errno) ?? [];
  if (known !== undefined) return `${known}: ${words}`;
  // a used up quota has a number and a name that Node does not know
  if (errno === -constants.errno.EDQUOT) return 'EDQUOT: disk quota exceeded';
  return code === undefined || message.startsWith(code) ? message : `${code}: ${message}`;
}

/** The reason of an error of the system. @throws any other error */
export function reasonOf(error: unknown): string {
  const failure = error as NodeJS.ErrnoException;
  if (failure.syscall === undefined) throw error;
  return systemReason(failure);
}
