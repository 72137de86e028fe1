import { join } from 'node:path';
// what a program installs
import { RnnError } from '@rnn-lecture/rnn';
import { ROOT, rnn } from './cli.ts';
import { refusalOf } from './refusal.ts';

export const example = (cell: string): string => join(ROOT, `checkpoints/example-${cell}.json`);
export const LSTM = example('lstm');
export const QUICK = { backend: 'wasm-simd128' } as const;

/** The library's error with which work ends. */
export const refusal = refusalOf(RnnError);

/** What a command prints as JSON. */
export async function printed<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await rnn([...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
