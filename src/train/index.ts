export { clipGradient } from './clip.ts';
export { bitsPerCharacter, type Evaluation, Evaluator } from './evaluate.ts';
export { Optimizer } from './optimizer.ts';
export { excerptOf, type Plan, planTraining, resumeConfig } from './prepare.ts';
export { type DoneReason, type Start, type Totals, type TrainEvent, Trainer } from './trainer.ts';
export { growVocabulary, transferWeights } from './transfer.ts';
