import { type Config, completeConfig, type PartialConfig, type PresetName, trainSchema } from './config.ts';
import { type Layer, parseLayers } from './parse.ts';
import { presetLayer, suggestedBy } from './presets.ts';

/** Settings of a run as they were asked for. */
export interface AskedSettings {
  config: Config;
  /** the settings that were named, not filled in by default */
  given: Partial<Config>;
  /** where a setting was named, undefined where nowhere */
  origin: (key: string) => Origin | undefined;
  /** settings that a preset alone names, which may give way to what the text is */
  suggested: PartialConfig;
}

/** Where a setting comes from, for messages. */
export interface Origin {
  /** such as --hidden, run.yaml: hidden, preset small: hidden */
  name: string;
  /** how to remove it */
  remedy: string;
}

/**
 * Defaults < preset < layers.
 * @param names that an unknown one may be meant for
 * @throws RnnError naming every setting that is wrong
 */
export function askedSettings(
  layers: readonly Layer[],
  preset: PresetName | undefined,
  names: readonly string[],
): AskedSettings {
  const suggesting = preset === undefined ? undefined : presetLayer(preset, layers);
  const all = suggesting ? [suggesting, ...layers] : layers;
  const config = completeConfig(parseLayers(trainSchema, all, names));
  const origin = (key: string) => originOf(key, all);
  const given = Object.fromEntries(Object.entries(config).filter(([key]) => origin(key)));
  return { config, given, origin, suggested: suggestedBy(suggesting, layers) };
}

/** The last layer that names a key wins. */
export function originOf(key: string, layers: readonly Layer[]): Origin | undefined {
  const layer = layers.findLast(({ values }) => values[key] !== undefined);
  return layer && { name: layer.name(key), remedy: layer.remedy(key) };
}
