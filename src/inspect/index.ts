export { type Inspection, type InspectionOptions, inspectGradients, type LagRow } from './inspection.ts';
export type { Verdict, VerdictKind } from './verdict.ts';
