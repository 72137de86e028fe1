import { completeConfig, planTraining, Trainer, trainSchema } from '../dist/lib/core.js';
import { sameCorpus } from './corpus.js';

/** A run of training steps alone, without evaluation, saves and previews: clip 5, RMSprop. @returns what makes one step */
export function trainingSteps([cell, hidden, batchSize, seqLength, layers], V, kernels, threads, prepare) {
  const settings = {
    cell,
    hidden,
    batchSize,
    seqLength,
    layers,
    optimizer: 'rmsprop',
    clipNorm: 5,
    validationFraction: 0,
    epochs: 1e6,
    evalEvery: 1e12,
    saveEvery: 1e12,
    sampleEvery: 0,
  };
  const plan = planTraining(completeConfig(trainSchema.parse(settings)), sameCorpus(1e6, V));
  const trainer = new Trainer(plan, kernels, { kind: 'fresh' }, threads);
  prepare?.(trainer);
  const events = trainer.run();
  const next = () => {
    let event = events.next().value;
    while (event.event !== 'step') event = events.next().value;
  };
  for (let warm = performance.now(); performance.now() - warm < 500; ) next();
  return { next, end: () => events.return() };
}
