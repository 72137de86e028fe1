export * from './config.ts';
export { EXACT_LATIN1 } from './encodings.ts';
export { loadTraining, type Origin, type Training } from './load.ts';
export {
  CELL_NAMES,
  type CellName,
  INITIALIZATIONS,
  type Initialization,
  type Nonlinearity,
} from './names.ts';
export * from './options.ts';
export { flagName, flagValue, fromFile, fromFlags, parseLayers, show } from './parse.ts';
export { PRESETS } from './presets.ts';
export { loadSweep, type SweepDefinition, type Value, type Varied } from './sweep-file.ts';
export type { ReadingOptions } from './texts.ts';
