import fsp, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';

export type Call = 'open' | 'write' | 'sync' | 'read' | 'close' | 'rename' | 'rm';

/** What happens instead of a call; `real` makes it as it was asked, or with other arguments. */
export type Fault = (real: (...args: unknown[]) => Promise<unknown>, args: unknown[]) => Promise<unknown>;

/** An error as the system gives it. */
export function systemError(code: string, syscall = 'write'): NodeJS.ErrnoException {
  const errno = -(constants.errno as Record<string, number>)[code]!;
  return Object.assign(new Error(`${code}: as the system says, ${syscall}`), { code, errno, syscall });
}

export const failing =
  (code: string): Fault =>
  () =>
    Promise.reject(systemError(code));

/** A disk that takes only a part of what it is given, and says so. */
export const short: Fault = (real, [data, offset, length, position]) =>
  real(data, offset, Math.max(1, (length as number) >> 1), position);

/** A disk that says it took everything and keeps nothing, or other bytes. */
export const lying =
  (content: 'nothing' | 'zeros' | 'half'): Fault =>
  async (real, [data, offset, length, position]) => {
    const size = length as number;
    if (content === 'zeros') await real(Buffer.alloc(size), 0, size, position);
    if (content === 'half') await real(data, offset, size >> 1, position);
    return { bytesWritten: size };
  };

/**
 * Runs `action` while `choose` decides at every call on files what happens to it.
 * @param choose gets the call and how often it was made before; undefined leaves it alone
 * @returns the calls in their order
 */
export async function withFaults(
  action: () => Promise<unknown>,
  choose: (call: Call, before: number, index: number) => Fault | undefined,
): Promise<{ calls: Call[]; error: unknown }> {
  const calls: Call[] = [];
  type Made = (...args: unknown[]) => Promise<unknown>;
  const wrap = (call: Call, real: Made, handle?: FileHandle): Made => {
    return async (...args) => {
      const fault = choose(call, calls.filter((made) => made === call).length, calls.length);
      calls.push(call);
      const make: Made = (...others) => real.apply(handle, others.length > 0 ? others : args);
      // a failed close closes all the same
      if (fault && call === 'close') await make();
      return fault ? fault(make, args) : make();
    };
  };
  const { open, rename, rm } = fsp;
  fsp.open = wrap('open', async (...args) => {
    const handle = await (open as unknown as Made)(...args);
    const methods = handle as unknown as Record<string, Made>;
    for (const call of ['write', 'sync', 'read', 'close'] as const)
      methods[call] = wrap(call, methods[call]!, handle as FileHandle);
    return handle;
  }) as typeof open;
  fsp.rename = wrap('rename', rename as unknown as Made) as typeof rename;
  fsp.rm = wrap('rm', rm as unknown as Made) as typeof rm;
  syncBuiltinESMExports();
  try {
    return await action().then(
      () => ({ calls, error: undefined }),
      (error: unknown) => ({ calls, error }),
    );
  } finally {
    Object.assign(fsp, { open, rename, rm });
    syncBuiltinESMExports();
  }
}
