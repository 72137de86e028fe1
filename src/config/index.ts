export { type AskedSettings, askedSettings, type Origin } from './asked.ts';
export * from './compute.ts';
export * from './config.ts';
export { EXACT_LATIN1 } from './encodings.ts';
export { HEADINGS } from './fields.ts';
export { loadTraining, type Training } from './load.ts';
export {
  CELL_NAMES,
  type CellName,
  INITIALIZATIONS,
  type Initialization,
  type Nonlinearity,
} from './names.ts';
export * from './options.ts';
export { flagName, flagValue, fromFile, fromFlags, type Layer, parseLayers, show } from './parse.ts';
export { PRESETS, presetLayer, suggestedBy } from './presets.ts';
export { sampling } from './sampling.ts';
export * from './sweeps.ts';
export { type ReadingOptions, reading } from './texts.ts';
