export * from './note.ts';
export { optunaJournal, readAnswer, searchSpace, valueToTell } from './optuna.ts';
export * from './progress.ts';
export {
  type Asked,
  type CurvePoint,
  isOver,
  newProgress,
  type Progress,
  readAsked,
  readRecord,
  type SweepNames,
  type TrialRecord,
  writeRecord,
} from './record.ts';
export * from './results.ts';
export { goesOn, revivable, rungSteps, toRevive } from './rungs.ts';
export { type SlurmArray, slurmScript } from './slurm.ts';
export { loadSweep, type SweepDefinition, type Value, type Varied } from './sweep-file.ts';
export * from './trials.ts';
