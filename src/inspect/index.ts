export { type Inspection, type InspectionOptions, inspectGradients, type LagRow } from './inspection.ts';
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
