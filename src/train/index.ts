export { clipGradient } from './clip.ts';
export { bitsPerCharacter, type Evaluation, evaluate } from './evaluate.ts';
export type { DoneReason, Totals, TrainEvent } from './events.ts';
export { findLearningRate, type RatePoint, type RateTest } from './find-rate.ts';
export { Optimizer } from './optimizer.ts';
export { excerptOf, type Plan, planTraining, resumeConfig, splitCorpus } from './prepare.ts';
export { mixedSurprises, surprises } from './surprise.ts';
export { type Start, Trainer } from './trainer.ts';
export { transferWeights } from './transfer.ts';
