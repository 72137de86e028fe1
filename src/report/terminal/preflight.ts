import type { Baselines } from '../../corpus/index.ts';
import type { Plan } from '../../train/index.ts';
import { bytes, count, grouped } from '../numbers.ts';
import { formatBaselines } from './baselines.ts';
import { table } from './table.ts';

/** Summary of a run before its first step: text, model, memory, and baselines that give the loss a meaning. */
export function formatPreflight(plan: Plan, baselines: Baselines, width?: number): string {
  const { config, corpus, train, validation, test, parameters, memoryBytes, checkpointBytes } = plan;
  const counted = baselines.held ? '' : 'on the training text itself';
  return table(
    [
      [
        'text',
        `${grouped(corpus.ids.length)} characters, ${grouped(corpus.vocabulary.size)} distinct; ` +
          `${grouped(train.length)} to train on, ${grouped(validation.length)} for validation${test.length > 0 ? `, ${grouped(test.length)} to test` : ''}`,
      ],
      [
        'model',
        `${config.cell}${config.nonlinearity === 'relu' ? ' (relu)' : ''}, ${count(config.layers, 'layer')} of ${count(config.hidden, 'unit')}${config.embedding > 0 ? `, embedding of ${config.embedding}` : ''}: ` +
          `${grouped(parameters)} parameters, ${ratio(parameters, train.length)}`,
      ],
      [
        'training',
        `${config.optimizer}, learning rate ${config.learningRate}${schedule(config)}, ${count(config.batchSize, 'stream')} x ${count(config.seqLength, 'step')} a window${config.carryState ? '' : ', each from a zero state'}${regularisation(config)}`,
      ],
      ['memory', `${bytes(memoryBytes)} to train, ${bytes(checkpointBytes)} a checkpoint`],
      ['to compare', `bits per character: ${formatBaselines(baselines, counted)}`],
    ],
    width,
  );
}

const schedule = ({ schedule, warmupSteps }: Plan['config']): string => {
  const parts = [
    schedule === 'constant' ? '' : schedule,
    warmupSteps > 0 ? `${warmupSteps} steps warm-up` : '',
  ];
  const named = parts.filter((part) => part !== '').join(', ');
  return named && ` (${named})`;
};

function regularisation({ dropout, variational, weightDrop, weightDecay, average }: Plan['config']): string {
  const parts = [
    dropout > 0 ? `${variational ? 'variational ' : ''}dropout ${dropout}` : '',
    weightDrop > 0 ? `weight drop ${weightDrop}` : '',
    weightDecay > 0 ? `weight decay ${weightDecay}` : '',
    average > 0 ? `weights averaged (${average})` : '',
  ];
  return parts
    .filter((part) => part !== '')
    .map((part) => `, ${part}`)
    .join('');
}

function ratio(parameters: number, characters: number): string {
  const perCharacter = parameters / characters;
  return perCharacter >= 1
    ? `${perCharacter.toFixed(1)} for every training character (it can learn the text by heart)`
    : `one for every ${(1 / perCharacter).toFixed(1)} training characters`;
}
