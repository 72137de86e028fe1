export { type Architecture, architectureFor } from './architecture.ts';
export type { StatePart } from './cell.ts';
export { CELLS } from './cells.ts';
export type { DropoutOptions } from './dropout.ts';
export { initializeWeights, randomOrthogonal } from './initialize.ts';
export type { RecurrentLayer } from './layer.ts';
export { Network, type NetworkOptions } from './network.ts';
export { type Parameter, ParameterBuffer, type Weights } from './parameters.ts';
export { countParameters, createWeights, parameterTable } from './table.ts';
