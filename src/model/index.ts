export { CELLS } from './cells.ts';
export type { DropoutOptions } from './dropout.ts';
export { initializeWeights, randomOrthogonal } from './initialize.ts';
export type { RecurrentLayer } from './layer.ts';
export { Network, type NetworkOptions } from './network.ts';
export {
  type Architecture,
  architectureFor,
  countParameters,
  type Parameter,
  ParameterBuffer,
  parameterTable,
  Weights,
} from './parameters.ts';
export { ALONE, type Member, partOf } from './partition.ts';
