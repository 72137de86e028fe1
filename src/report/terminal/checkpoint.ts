import { architectureOf, type Checkpoint, type RateChange } from '../../checkpoint/index.ts';
import { countParameters, parameterTable } from '../../model/index.ts';
import { escapeControls } from '../escape.ts';
import { bpc, count, grouped } from '../numbers.ts';
import { type LossChartOptions, lossChart } from './loss-chart.ts';
import { table } from './table.ts';

/** The object that `rnn info --json` prints. */
export function describeCheckpoint(checkpoint: Checkpoint) {
  const architecture = architectureOf(checkpoint);
  const { config, state, corpus, numerics, imported, vocabulary, excerpt } = checkpoint;
  return {
    ...architecture,
    unit: config.unit,
    parameterCount: countParameters(architecture),
    parameters: parameterTable(architecture).map(({ name, shape }) => ({ name, shape })),
    step: state.step,
    epoch: state.epoch,
    best: state.best,
    rateChanges: state.rateChanges,
    last: state.history.at(-1) ?? null,
    corpus,
    numerics,
    imported: imported ?? null,
    excerptLength: excerpt.length,
    vocabulary: vocabulary.units,
    config,
  };
}

/** Characters of a vocabulary that are shown. */
const MOST_CHARACTERS = 120;

export function formatCheckpoint(checkpoint: Checkpoint, chart: LossChartOptions): string {
  const info = describeCheckpoint(checkpoint);
  const curve = lossChart(checkpoint.state.history, chart);
  const characters = Array.from({ length: Math.min(info.vocabularySize, MOST_CHARACTERS) }, (_, id) =>
    checkpoint.vocabulary.unitAt(id),
  );
  const cut = info.vocabularySize > MOST_CHARACTERS ? '…' : '';
  return (
    table([
      [
        'model',
        `${info.cell}, ${info.layers} x ${count(info.hidden, 'unit')}, ${grouped(info.parameterCount)} parameters`,
      ],
      [
        'vocabulary',
        `${grouped(info.vocabularySize)} (${info.unit}): ${escapeControls(characters.join('')).replace(/\r?\n/g, '⏎')}${cut}`,
      ],
      ...(info.imported === null ? runRows(checkpoint) : [importedRow(info.imported)]),
    ]) +
    (curve && `\n${curve}`) +
    '\n' +
    table(info.parameters.map(({ name, shape }) => [name, shape.join(' x ')]))
  );
}

const importedRow = (origin: string): [string, string] => ['imported', `from ${escapeControls(origin)}`];

/** So many changes of the learning rate are named. */
const MOST_CHANGES = 5;

function rateRow(changes: readonly RateChange[]): [string, string] {
  const named = changes.slice(-MOST_CHANGES).map(({ step, factor }) => `x${factor} after step ${step}`);
  const earlier = changes.length - named.length;
  return ['rate', `${earlier > 0 ? `${count(earlier, 'change')}, then ` : ''}${named.join(', ')}`];
}

/** Description of how a model was trained. */
function runRows(checkpoint: Checkpoint): [string, string][] {
  const { config, last, best, ...info } = describeCheckpoint(checkpoint);
  return [
    ['trained', `${count(info.step, 'step')}, ${count(info.epoch, 'epoch')}, numerics ${info.numerics}`],
    [
      'last',
      last
        ? `step ${last.step}: train ${bpc(last.trainBpc)}, validation ${bpc(last.validationBpc)} bpc`
        : '-',
    ],
    ['best', best ? `step ${best.step}: ${bpc(best.bpc)} bpc` : '-'],
    [
      'optimizer',
      `${config.optimizer}, learning rate ${config.learningRate}, clip ${config.clipNorm || 'off'}`,
    ],
    ...(info.rateChanges.length > 0 ? [rateRow(info.rateChanges)] : []),
    ['window', `${count(config.batchSize, 'stream')} x ${count(config.seqLength, 'step')}`],
    ['corpus', `${grouped(info.corpus.characters)} characters, sha256 ${info.corpus.sha256.slice(0, 16)}…`],
    ['excerpt', `${info.excerptLength} characters of the corpus are in the file, for inspect-gradients`],
  ];
}
