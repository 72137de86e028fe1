import type { Checkpoint } from '../checkpoint/index.ts';
import type { SampleOptions } from '../config/index.ts';
import { encodeText, type Ids } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { defaultSeed } from '../sample/index.ts';
import { readForModel, sayLeftOut } from './text.ts';

/** Start and end of a sample. */
export interface Seed {
  /** the ids that belong to the text */
  shown: Ids;
  /** what the model reads first */
  ids: ArrayLike<number>;
  skipped: number;
}

/** --seed: a text, @file, or - for standard input. */
export async function readSeed(checkpoint: Checkpoint, options: SampleOptions): Promise<Seed> {
  const { vocabulary } = checkpoint;
  const { seed = '' } = options;
  if (seed === '') return { shown: new Uint8Array(0), ids: defaultSeed(vocabulary), skipped: 0 };
  if (seed === '-' || /^@[^@]/.test(seed)) {
    const source = seed === '-' ? seed : seed.slice(1);
    const { ids, skipped } = await readForModel([source], checkpoint, options, 'to continue');
    return { shown: ids, ids, skipped };
  }
  const text = unescapeText(seed.replace(/^@@/, '@'));
  const { ids, skipped } = encodeText(vocabulary, text, options.unknown, '--seed', remedyOf(text));
  if (ids.length === 0) {
    throw new RnnError(
      'seed',
      `--seed: expected text to continue, got none that the model knows (${skipped} left out)`,
    );
  }
  sayLeftOut({ ids, skipped });
  return { shown: ids, ids, skipped };
}

/** --stop, in the ids of the model. */
export function encodeStop({ vocabulary }: Checkpoint, { stop = '' }: SampleOptions): Ids {
  const remedy = 'it can never write that; name another string';
  return encodeText(vocabulary, unescapeText(stop), 'error', '--stop', remedy).ids;
}

export const LEAVE_OUT = 'leave them out, or add --unknown skip';

const remedyOf = (text: string): string =>
  /^\d+$/.test(text)
    ? `${LEAVE_OUT}; --seed is the text to continue, the random seed is --rng-seed`
    : LEAVE_OUT;

const ESCAPED: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/** \n, \r, \t, \\ and \u{HEX}: what a shell may have no way to write. Other backslashes stand for themselves. */
export const unescapeText = (text: string): string =>
  text.replace(
    /\\(?:([nrt\\])|u\{(0*(?:10|[0-9a-f])?[0-9a-f]{1,4})\})/gi,
    (whole, letter?: string, hex?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return ESCAPED[letter!] ?? whole;
    },
  );
