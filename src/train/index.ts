export { clipGradient } from './clip.ts';
export { bitsPerCharacter, type Evaluation, evaluate } from './evaluate.ts';
export type { DoneReason, Totals, TrainEvent } from './events.ts';
export { Optimizer } from './optimizer.ts';
export { excerptOf, type Plan, planTraining, resumeConfig, splitCorpus } from './prepare.ts';
export { type Start, Trainer } from './trainer.ts';
export { growVocabulary, transferWeights } from './transfer.ts';
