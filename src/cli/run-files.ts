import { mkdir, open, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { RnnError } from '../errors.ts';

/** Where a run writes: its last checkpoint and its best one. */
export interface RunFiles {
  last: string;
  best: string;
}

const MAX_RUNS = 10_000;

/**
 * Claims the first free name in the directory (`tiny.json`, `tiny-2.json`, …), so that a new run never overwrites
 * an older one.
 */
export async function claimRunFiles(directory: string, source: string): Promise<RunFiles> {
  await mkdir(directory, { recursive: true }).catch(refuse(directory));
  const name = source === '-' ? 'stdin' : basename(source, extname(source)).slice(0, 80) || 'corpus';
  for (let run = 1; run <= MAX_RUNS; run++) {
    const last = join(directory, `${name}${run === 1 ? '' : `-${run}`}.json`);
    try {
      await (await open(last, 'wx')).close();
      return filesOf(last);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        refuse(directory)(error as NodeJS.ErrnoException);
    }
  }
  throw new RnnError(
    'usage',
    `--out ${directory}: holds ${MAX_RUNS} runs named ${name} already; use another directory`,
  );
}

/** A resumed run goes on in its own file, or under the same name in another directory. */
export async function resumedRunFiles(checkpoint: string, directory: string | undefined): Promise<RunFiles> {
  const path = await realpath(checkpoint);
  if (directory !== undefined) await mkdir(directory, { recursive: true }).catch(refuse(directory));
  return filesOf(join(directory ?? dirname(path), basename(path).replace(/\.best\.json$/, '.json')));
}

const filesOf = (last: string): RunFiles => ({ last, best: last.replace(/\.json$/, '.best.json') });

const refuse = (directory: string) => (cause: NodeJS.ErrnoException) => {
  throw new RnnError(
    'usage',
    `--out ${directory}: expected a directory to write checkpoints to, got ${cause.code}; name another directory`,
    { cause },
  );
};
