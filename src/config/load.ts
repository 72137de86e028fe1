import { readFile } from 'node:fs/promises';
import { RnnError } from '../errors.ts';
import { type Config, completeConfig, type RunOptions, runSchema, trainSchema } from './config.ts';
import { fromFile, fromFlags, type Layer, parseLayers } from './parse.ts';
import { PRESETS } from './presets.ts';

const MAX_FILE_BYTES = 1 << 20;

export interface Training {
  config: Config;
  run: RunOptions;
  /** the settings that were named by preset, file or flag, not filled in by default */
  given: Partial<Config>;
  /** where a setting or run option was named, undefined where nowhere */
  origin: (key: string) => Origin | undefined;
}

/** Where a setting comes from, for messages. */
export interface Origin {
  /** such as --hidden, run.yaml: hidden, preset small: hidden */
  name: string;
  /** how not to give it */
  remedy: string;
}

/** Everything `rnn train` was told: defaults < preset < file < flags. */
export async function loadTraining(flags: Record<string, unknown>): Promise<Training> {
  const { runFlags, trainFlags } = separate(flags);
  const first = parseLayers(runSchema, [fromFlags(runFlags)]);
  const file = first.config === undefined ? {} : await readSettings(first.config);
  const fileParts = separate(file);
  const name = first.config ?? '';
  const runLayers = [fromFile(fileParts.runFlags, name), fromFlags(runFlags)];
  const run = parseLayers(runSchema, runLayers);
  const layers: Layer[] = [fromFile(fileParts.trainFlags, name), fromFlags(trainFlags)];
  if (run.preset !== undefined) {
    layers.unshift({
      values: PRESETS[run.preset].settings,
      name: (key) => `preset ${run.preset}: ${key}`,
      remedy: () => 'drop the preset',
    });
  }
  const config = completeConfig(parseLayers(trainSchema, layers));
  const named = new Set(layers.flatMap(({ values }) => Object.keys(values)));
  const given = Object.fromEntries(Object.entries(config).filter(([key]) => named.has(key)));
  const origin = (key: string) => originOf(key, [...layers, ...runLayers]);
  return { config, run: Object.freeze(run), given, origin };
}

/** The last layer that names a key wins. */
function originOf(key: string, layers: readonly Layer[]): Origin | undefined {
  const layer = layers.findLast(({ values }) => values[key] !== undefined);
  return layer && { name: layer.name(key), remedy: layer.remedy(key) };
}

/** Settings of how to run and of what to train share one flat namespace on the command line and in files. */
function separate(values: Record<string, unknown>) {
  const entries = Object.entries(values);
  const isRun = ([key]: [string, unknown]) => Object.hasOwn(runSchema.shape, key);
  return {
    runFlags: Object.fromEntries(entries.filter(isRun)),
    trainFlags: Object.fromEntries(entries.filter((entry) => !isRun(entry))),
  };
}

/** A JSON or YAML file (JSON is YAML) with one flat map of settings. */
async function readSettings(path: string): Promise<Record<string, unknown>> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new RnnError('config', `--config ${path}: cannot be read (${cause.code}); check the name`, {
      cause,
    });
  });
  if (content.length > MAX_FILE_BYTES) {
    throw new RnnError(
      'config',
      `--config ${path}: expected at most 1 MiB of settings, got ${content.length} bytes`,
    );
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(content.toString('utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\n');
    throw new RnnError('config', `--config ${path}: expected JSON or YAML, got something else: ${reason}`, {
      cause,
    });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RnnError('config', `--config ${path}: expected a map of settings such as "hidden: 128"`);
  }
  return value as Record<string, unknown>;
}
