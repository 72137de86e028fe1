import type { Checkpoint } from '../checkpoint/index.ts';
import type { AskedSettings, Config } from '../config/index.ts';
import { RnnError, type Wording } from '../errors.ts';
import { patienceOf } from './cadence.ts';
import type { DoneReason } from './events.ts';
import { excerptOf, fitConfig, type Plan } from './plan.ts';
import { totalSteps } from './update/schedule.ts';

/** Settings a resumed run may change: every later step is well defined with another value. */
const RESUMABLE = [
  'epochs',
  'steps',
  'learningRate',
  'schedule',
  'warmupSteps',
  'minLearningRate',
  'decayEvery',
  'decayPatience',
  'decayFactor',
  'momentum',
  'nesterov',
  'weightDecay',
  'dropout',
  'variational',
  'weightDrop',
  'clipNorm',
  'clipValue',
  'evalEvery',
  'patience',
  'sampleEvery',
  'inspectEvery',
  'saveEvery',
] as const satisfies readonly (keyof Config)[];

/** Settings that the length of the text may have lowered. */
const FITTED = [
  'batchSize',
  'seqLength',
  'validationFraction',
  'testFraction',
] as const satisfies readonly (keyof Config)[];

/** Settings that are the model's own. */
const MODEL = [
  'cell',
  'hidden',
  'layers',
  'nonlinearity',
  'embedding',
  'unit',
] as const satisfies readonly (keyof Config)[];

type Asked = Pick<AskedSettings, 'config' | 'given' | 'origin'>;

/**
 * The configuration of a resumed run: the checkpoint's, with what was given explicitly and may change.
 * @throws RnnError naming a setting that the run does not have, and where it was given
 */
export function resumeConfig({ config: stored, corpus, validation }: Checkpoint, asked: Asked): Config {
  const changed: Record<string, unknown> = {};
  const fitted = (settings: Config) => fitConfig(settings, corpus.characters, validation !== null);
  const own = fitted(stored);
  // what was asked for may have been more than the text allowed
  const isSame = [asked.config, { ...stored, ...asked.given }].some((settings) => {
    const other = fitted({ ...stored, ...pick(settings, FITTED) });
    return FITTED.every((key) => other[key] === own[key]);
  });
  for (const [key, value] of Object.entries(asked.given)) {
    if (includes(RESUMABLE, key)) changed[key] = value;
    else if (value !== stored[key as keyof Config] && !(isSame && includes(FITTED, key))) {
      const { name, remedy } = asked.origin(key)!;
      const own = stored[key as keyof Config];
      throw new RnnError('config', `${name} ${value}: the run being resumed has ${own}`, {
        setting: key,
        hint: (nameOf) => `${remedy}, or start anew from these weights with ${nameOf('initFrom')}`,
      });
    }
  }
  // a total that is asked for takes the place of the run's, whichever that was
  const total = 'steps' in changed || 'epochs' in changed ? { steps: undefined, epochs: undefined } : {};
  return Object.freeze({ ...stored, ...total, ...changed });
}

/**
 * The configuration of a run that starts from a checkpoint's weights: as asked, with the shape of that model.
 * @throws RnnError naming a setting that the model does not have, and where it was given
 */
export function inheritConfig({ config: stored }: Checkpoint, { config, given, origin }: Asked): Config {
  const model = pick(stored, MODEL);
  for (const key of MODEL) {
    const value = given[key];
    if (value === undefined || value === model[key]) continue;
    const { name, remedy } = origin(key)!;
    throw new RnnError(
      'config',
      (nameOf) => `${name} ${value}: the model of ${nameOf('initFrom')} has ${model[key]}`,
      { setting: key, hint: remedy },
    );
  }
  return Object.freeze({ ...config, ...model });
}

/** Whether two checkpoints can be of one run: the same text, and the settings that no resumed run may change. */
export function isSameRun(a: Checkpoint, b: Checkpoint): boolean {
  const keys = (Object.keys(a.config) as (keyof Config)[]).filter((key) => !includes(RESUMABLE, key));
  return a.corpus.sha256 === b.corpus.sha256 && keys.every((key) => a.config[key] === b.config[key]);
}

const includes = (keys: readonly string[], key: string): boolean => keys.includes(key);

function pick<K extends keyof Config>(config: Config, keys: readonly K[]): Pick<Config, K> {
  return Object.fromEntries(keys.map((key) => [key, config[key]])) as Pick<Config, K>;
}

/** Whether these are the parts that the run was trained and measured on, as far as its excerpt tells. */
export function hasParts({ excerpt }: Checkpoint, parts: Pick<Plan, 'corpus' | 'validation'>): boolean {
  const own = excerptOf(parts);
  return own.length === excerpt.length && own.every((id, i) => id === excerpt[i]);
}

/** Why a run that is resumed has nothing left to do, and what would let it go on; undefined where it goes on. */
export function whyFinished(
  { state }: Checkpoint,
  plan: Plan,
): { reason: DoneReason; advice: Wording } | undefined {
  const { steps, epochs, evalEvery } = plan.config;
  const { windows } = plan.streams;
  const { step, best, sinceBest, history } = state;
  // a run that was stopped while it measured has yet to do so
  if (step === 0 || (step % evalEvery === 0 && history.at(-1)?.step !== step)) return undefined;
  const total = totalSteps(plan.config, windows);
  if (step >= total) {
    const limits = [
      ...(steps === total ? ['steps'] : []),
      ...(epochs !== undefined && epochs * windows === total ? ['epochs'] : []),
    ];
    const made = `all ${total.toLocaleString('en')} steps were made`;
    return {
      reason: 'finished',
      advice: (name) => `${made}; raise ${limits.map(name).join(' and ')} to go on`,
    };
  }
  const patience = patienceOf(plan.config, total, plan.validation.length);
  if (patience === 0 || sinceBest < patience) return undefined;
  return {
    reason: 'patience',
    advice: (name) =>
      `no evaluation since step ${best?.step} was better, and ${name('patience')} ${patience} ended the run; raise it to go on`,
  };
}
