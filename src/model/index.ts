export { CELLS } from './cells.ts';
export { initializeWeights, randomOrthogonal } from './initialize.ts';
export { Network, type NetworkOptions } from './network.ts';
export {
  type Architecture,
  countParameters,
  type Parameter,
  ParameterBuffer,
  parameterTable,
  Weights,
} from './parameters.ts';
