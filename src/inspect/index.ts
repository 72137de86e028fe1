export type { Matrix, Vector } from './algebra.ts';
export { type Inspection, type InspectionOptions, inspectGradients, type LagRow } from './inspection.ts';
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
export type { Verdict, VerdictKind } from './verdict.ts';
