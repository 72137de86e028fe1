import { architectureOf, type Checkpoint } from '../../checkpoint/index.ts';
import { countParameters, parameterTable } from '../../model/index.ts';
import { escapeControls } from '../escape.ts';
import { bpc, grouped } from '../numbers.ts';
import { table } from './table.ts';

/** What `rnn info --json` prints. */
export function describeCheckpoint(checkpoint: Checkpoint) {
  const architecture = architectureOf(checkpoint);
  const { config, state, corpus, numerics, vocabulary, excerpt } = checkpoint;
  return {
    ...architecture,
    unit: config.unit,
    parameterCount: countParameters(architecture),
    parameters: parameterTable(architecture).map(({ name, shape }) => ({ name, shape })),
    step: state.step,
    epoch: state.epoch,
    best: state.best,
    last: state.history.at(-1) ?? null,
    corpus,
    numerics,
    excerptLength: excerpt.length,
    vocabulary: vocabulary.units,
    config,
  };
}

export function formatCheckpoint(checkpoint: Checkpoint): string {
  const info = describeCheckpoint(checkpoint);
  const { config, last, best } = info;
  const characters = Array.from({ length: Math.min(info.vocabularySize, 120) }, (_, id) =>
    checkpoint.vocabulary.unitAt(id),
  );
  return (
    table([
      [
        'model',
        `${info.cell}, ${info.layers} x ${info.hidden} units, ${grouped(info.parameterCount)} parameters`,
      ],
      [
        'vocabulary',
        `${info.vocabularySize} (${info.unit}): ${escapeControls(characters.join('')).replace(/\r?\n/g, '⏎')}`,
      ],
      ['trained', `${grouped(info.step)} steps, ${info.epoch} epochs, numerics ${info.numerics}`],
      [
        'last',
        last
          ? `step ${last.step}: train ${bpc(last.trainBpc)}, validation ${bpc(last.validationBpc)} bpc`
          : '-',
      ],
      ['best', best ? `step ${best.step}: ${bpc(best.bpc)} bpc` : '-'],
      [
        'optimiser',
        `${config.optimizer}, learning rate ${config.learningRate}, clip ${config.clipNorm || 'off'}`,
      ],
      ['window', `${config.batchSize} streams x ${config.seqLength} steps`],
      ['corpus', `${grouped(info.corpus.characters)} characters, sha256 ${info.corpus.sha256.slice(0, 16)}…`],
      ['excerpt', `${info.excerptLength} characters of the corpus are in the file, for inspect-gradients`],
    ]) +
    '\n' +
    table(info.parameters.map(({ name, shape }) => [name, shape.join(' x ')]))
  );
}
