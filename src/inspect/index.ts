export type { Matrix, Vector } from './algebra.ts';
export { type Connectivity, connectivity } from './connectivity.ts';
export { inspectFlow } from './flow.ts';
export { type Inspection, type InspectionOptions, inspectGradients, inspecting } from './inspection.ts';
export type { LagRow } from './lag-rows.ts';
export type { LayerInspection } from './layers.ts';
export { type ForwardStep, giveLecture, type JacobianProduct, type Lecture } from './lecture.ts';
export type { BackwardStep, Parameters } from './lecture-steps.ts';
export {
  PROPERTIES,
  type Property,
  type Response,
  rankUnits,
  type Traces,
  textProperties,
  traceUnits,
  type Unit,
} from './neurons.ts';
export { type Pictures, takePictures } from './pictures.ts';
export type { InspectionProgress } from './progress.ts';
export type { Saturation } from './saturation.ts';
export type { Verdict, VerdictKind } from './verdict.ts';
