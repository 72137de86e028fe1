export { optunaJournal } from './optuna.ts';
export * from './progress.ts';
export * from './record.ts';
export * from './results.ts';
export { goesOn, rungSteps, toRevive } from './rungs.ts';
export * from './trials.ts';
