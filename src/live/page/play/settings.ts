import type { GenerateOptions } from '../../../sample/index.ts';

/** What a reader may choose, as `rnn sample` has it. */
export type PlaySettings = Required<GenerateOptions> & { len: number; rngSeed: number };

interface Setting {
  /** in the address */
  name: string;
  flag: string;
  from: number;
  to: number;
  whole: boolean;
  otherwise: number;
}

export type NumberKey = Exclude<keyof PlaySettings, 'greedy'>;

/** Bounds of the page; `rnn sample` has wider ones. */
export const SETTINGS: Readonly<Record<NumberKey, Setting>> = {
  temperature: setting('temperature', 'temperature', 0.01, 100, false, 1),
  topK: setting('k', 'top-k', 0, 1_114_112, true, 0),
  topP: setting('p', 'top-p', 0.001, 1, false, 1),
  minP: setting('minp', 'min-p', 0, 0.999, false, 0),
  repetitionPenalty: setting('penalty', 'repetition-penalty', 1, 100, false, 1),
  len: setting('len', 'len', 1, 10_000, true, 200),
  rngSeed: setting('rng', 'rng-seed', 0, Number.MAX_SAFE_INTEGER, true, 1),
};

function setting(
  name: string,
  flag: string,
  from: number,
  to: number,
  whole: boolean,
  otherwise: number,
): Setting {
  return { name, flag, from, to, whole, otherwise };
}

const KEYS = Object.keys(SETTINGS) as NumberKey[];

/** A number within its bounds; undefined of what is none. */
export function within({ from, to, whole }: Setting, text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) return undefined;
  const bounded = Math.max(from, Math.min(to, value));
  return whole ? Math.round(bounded) : bounded;
}

/** The settings that an address names, the others as they begin. */
export function settingsOf(address: Readonly<Record<string, string>>): PlaySettings {
  const numbers = KEYS.map((key) => {
    const setting = SETTINGS[key];
    return [key, within(setting, address[setting.name] ?? '') ?? setting.otherwise];
  });
  return { ...(Object.fromEntries(numbers) as Record<NumberKey, number>), greedy: address.greedy === '1' };
}

/** The change of the address that sets a number; what a setting begins with need not stand there. */
export function changeOf(key: NumberKey, value: number): Record<string, string | undefined> {
  const { name, otherwise } = SETTINGS[key];
  return { [name]: value === otherwise ? undefined : String(value) };
}

/** Without settings: what the model itself says. */
export const PLAIN: GenerateOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  greedy: false,
  repetitionPenalty: 1,
};

/** What writes the same text in a shell of Unix. @param unknown whether the text has characters that the model lacks */
export function commandOf(
  checkpoint: string,
  seed: string,
  settings: PlaySettings,
  unknown: boolean,
): string {
  const drawn = settings.greedy ? ['temperature', 'topK', 'topP', 'minP', 'rngSeed'] : [];
  const flags = KEYS.filter((key) => !drawn.includes(key))
    .filter((key) => key === 'len' || key === 'rngSeed' || settings[key] !== SETTINGS[key].otherwise)
    .map((key) => `--${SETTINGS[key].flag} ${settings[key]}`);
  return [
    'rnn sample',
    quoted(checkpoint),
    ...(seed === '' ? [] : [`--seed=${quoted(escapedSeed(seed))}`]),
    ...(unknown ? ['--unknown skip'] : []),
    ...(settings.greedy ? ['--greedy'] : []),
    ...flags,
  ].join(' ');
}

/** A seed text as `--seed` reads it: what would name a file or stdin, and what no line holds, is escaped. */
const escapedSeed = (seed: string): string =>
  seed
    .replaceAll('\\', '\\\\')
    .replace(/^@/, '@@')
    .replace(/^-$/, '\\u{2d}')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r');

const quoted = (text: string): string =>
  /^[\w./:-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
