export {
  type Answers,
  largestExponent,
  lostFigure,
  predictionFault,
  QUESTIONS,
  reachOf,
  times,
  typical,
} from './answers.ts';
export { CELL_ANALYSES } from './cells/index.ts';
export { type Comparison, carriedByBoth, compareFacts, lostByBoth } from './comparison.ts';
export type { NextUpdate } from './facts.ts';
export { inspectFlow } from './flow.ts';
export { type Inspection, type InspectionOptions, inspectGradients, inspecting } from './inspection.ts';
export type { LagRow } from './lags/lag-rows.ts';
export type { LayerInspection } from './layers.ts';
export { type Pictures, takePictures } from './pictures.ts';
export type { InspectionProgress } from './progress.ts';
export { type Connectivity, connectivity } from './units/connectivity.ts';
export { type Asked, NEGLIGIBLE_NATS } from './units/horizon.ts';
export { type Response, rankUnits, type Traces, traceUnits, type Unit } from './units/neurons.ts';
export type { GateStatistics, Saturation } from './units/saturation.ts';
export { PROPERTIES, type Property, textProperties } from './units/text-properties.ts';
