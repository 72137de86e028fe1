import { flagName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { createRandom } from '../random.ts';
import type { Range, SweepDefinition, Value, Varied } from './sweep-file.ts';

/** One run of a sweep: a configuration with a random seed. */
export interface Trial {
  /** from 1 */
  number: number;
  /** which configuration, from 1; its trials differ in their seeds alone */
  configuration: number;
  /** the settings that trials differ in */
  settings: Readonly<Record<string, Value>>;
  seed: number;
}

type Settings = Trial['settings'];

const MAX_TRIALS = 10_000;
/** Of a number that is drawn, so that it can be read and typed. */
const SIGNIFICANT_DIGITS = 4;
/** For each configuration, before there are said to be no more. */
const MOST_DRAWS = 100;

/**
 * All trials of a sweep: every combination of the lists, the last one changing fastest, or as many draws as are asked for,
 * each with every seed. The same file gives the same trials, and more draws begin with those of fewer.
 * @throws RnnError when there would be too many, or more draws than combinations
 */
export function listTrials({ varied, seeds, trials }: SweepDefinition): Trial[] {
  const isRandom = varied.some((one) => !('values' in one));
  const combinations = varied.reduce((n, one) => n * ('values' in one ? one.values.length : 1), 1);
  const count = trials ?? combinations;
  if (!isRandom && count > combinations) {
    throw new RnnError('config', `trials ${count}`, {
      setting: 'trials',
      expected: `at most ${combinations}, the combinations of the lists`,
      hint: 'drop it to run them all',
    });
  }
  if (count * seeds.length > MAX_TRIALS) {
    throw new RnnError('config', `${count * seeds.length} trials`, {
      expected: `at most ${MAX_TRIALS}`,
      hint: 'shorten lists, or draw some configurations with trials',
    });
  }
  const configurations = isRandom ? draw(varied, count) : choose(varied, combinations, trials);
  return withSeeds(configurations, seeds);
}

/** Each configuration with every seed. */
export const withSeeds = (configurations: readonly Settings[], seeds: readonly number[]): Trial[] =>
  configurations.flatMap((settings, c) =>
    seeds.map((seed, s) => ({
      number: c * seeds.length + s + 1,
      configuration: c + 1,
      settings,
      seed,
    })),
  );

/** All combinations of the lists, or `count` different ones drawn from them. */
function choose(varied: readonly Varied[], combinations: number, count: number | undefined): Settings[] {
  const places = Array.from({ length: combinations }, (_, place) => place);
  if (count !== undefined) {
    // the first steps of a shuffle (Fisher & Yates)
    const random = createRandom(1, 'sweep');
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(random.next() * (combinations - i));
      [places[i], places[j]] = [places[j]!, places[i]!];
    }
  }
  return places.slice(0, count).map((place) => combinationAt(varied, place));
}

function combinationAt(varied: readonly Varied[], place: number): Settings {
  const settings: Record<string, Value> = {};
  let rest = place;
  for (const one of varied.toReversed()) {
    if (!('values' in one)) continue;
    settings[one.key] = one.values[rest % one.values.length]!;
    rest = Math.floor(rest / one.values.length);
  }
  return Object.fromEntries(varied.map(({ key }) => [key, settings[key]!]));
}

/**
 * Different configurations. Each setting draws from a stream of its own, so that another one beside it changes none of its
 * values.
 */
function draw(varied: readonly Varied[], count: number): Settings[] {
  const streams = varied.map((one) => ({ one, random: createRandom(1, `sweep/${one.key}`) }));
  const drawn = new Map<string, Settings>();
  for (let draws = 0; drawn.size < count && draws < MOST_DRAWS * count; draws++) {
    const settings = Object.fromEntries(
      streams.map(({ one, random }) => [one.key, valueAt(one, random.next())]),
    );
    drawn.set(JSON.stringify(settings), settings);
  }
  if (drawn.size < count) {
    throw new RnnError('config', `trials ${count}`, {
      setting: 'trials',
      expected: `at most ${drawn.size}, all the different configurations that were found in these ranges`,
    });
  }
  return [...drawn.values()];
}

/** The value at a place from 0 to below 1 of what a setting is drawn from. */
export function valueAt(one: Varied, place: number): Value {
  if ('values' in one) return one.values[Math.floor(place * one.values.length)]!;
  const { min, max, log, integer } = one;
  // an integer has a unit of the range, half on each side of it
  const half = integer ? 0.5 : 0;
  const [from, to] = log ? [Math.log(min - half), Math.log(max + half)] : [min - half, max + half];
  const drawn = from + place * (to - from);
  return rounded(one, log ? Math.exp(drawn) : drawn);
}

/** A number of a range, in so many digits that it can be read and typed. */
export function rounded({ min, max, integer }: Range, value: number): number {
  const shortened = integer ? Math.round(value) : Number(value.toPrecision(SIGNIFICANT_DIGITS));
  return Math.max(min, Math.min(max, shortened));
}

/** Arguments of `rnn train` for a trial, beside the corpus. */
export function trainFlags({ base, options, rungs }: SweepDefinition, trial: Trial): Record<string, Value> {
  const measured = rungs === undefined ? {} : { evalEvery: rungs.first };
  return { ...options, ...measured, ...base, ...trial.settings, rngSeed: trial.seed };
}

/** The same as arguments; switches are off unless they are named. */
export const asArguments = (flags: Readonly<Record<string, Value>>): string[] =>
  Object.entries(flags)
    .filter(([, value]) => value !== false)
    .flatMap(([key, value]) => (value === true ? [flagName(key)] : [flagName(key), String(value)]));

/** The settings of a trial in words: hidden 64, variational true, seed 2. */
export function describeTrial({ settings, seed }: Pick<Trial, 'settings' | 'seed'>): string {
  return [...Object.entries(settings), ['seed', seed]].map(([key, value]) => `${key} ${value}`).join(', ');
}
