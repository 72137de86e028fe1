import type { Checkpoint } from '../checkpoint/index.ts';
import type { Source } from '../corpus/index.ts';
import { fetched } from './fetched.ts';
import { checkpointOf } from './given.ts';

/* As open.ts: names are URLs. */

export function openCheckpoint(name: string | URL, signal?: AbortSignal): Promise<Checkpoint> {
  return checkpointOf(fetched(name, 'checkpoint', signal), String(name), signal);
}

export async function openTexts(
  names: string | URL | readonly string[],
  _note: (text: string) => void,
  signal?: AbortSignal,
): Promise<Source[]> {
  const urls = typeof names === 'string' || names instanceof URL ? [names] : names;
  return urls.map((url) => ({ name: String(url), pieces: fetched(url, 'corpus', signal) }));
}
