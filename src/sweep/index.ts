export { optunaJournal } from './optuna.ts';
export * from './progress.ts';
export * from './record.ts';
export * from './results.ts';
export { goesOn, rungSteps, toRevive } from './rungs.ts';
export { loadSweep, type SweepDefinition, type Value, type Varied } from './sweep-file.ts';
export * from './trials.ts';
