export { describeCheckpoint, formatCheckpoint } from './describe-checkpoint.ts';
export { harmless, harmlessLine } from './harmless.ts';
export { formatInspection } from './inspection.ts';
export { bpc, bytes, grouped, percent, short } from './numbers.ts';
export { formatPreflight } from './preflight.ts';
export { Progress } from './progress.ts';
export { table } from './table.ts';
