import { fileURLToPath } from 'node:url';
import { type Checkpoint, readCheckpoint } from '../checkpoint/index.ts';
import { findSources, type Source } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { fetched } from './fetched.ts';
import { checkpointOf } from './given.ts';

/* What names stand for in Node; open.browser.ts is the same for browsers. */

/** The checkpoint that a name or a URL stands for. */
export async function openCheckpoint(name: string | URL, signal?: AbortSignal): Promise<Checkpoint> {
  if (typeof name === 'string') return readCheckpoint(name, signal);
  if (name.protocol === 'file:') return readCheckpoint(fileURLToPath(name), signal);
  return checkpointOf(fetched(name, 'checkpoint', signal), name.href, signal);
}

/** The texts that names or a URL stand for. @param note is told what was left out */
export async function openTexts(
  names: string | URL | readonly string[],
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<Source[]> {
  if (names instanceof URL && names.protocol !== 'file:')
    return [{ name: names.href, pieces: fetched(names, 'corpus', signal) }];
  const given = names instanceof URL ? fileURLToPath(names) : names;
  const patterns = typeof given === 'string' ? [given] : given;
  if (patterns.includes('-')) {
    throw new RnnError('usage', '-', {
      expected: 'the name of a file, folder or glob',
      got: 'that of standard input, which belongs to the program',
      hint: 'give its bytes as they come',
    });
  }
  return findSources(patterns, '.', note);
}
