import { describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { type Floats, ReferenceKernels } from '../../src/kernels/index.ts';
import { parameterTable } from '../../src/model/index.ts';
import { checkFinite } from '../../src/train/divergence.ts';
import { findLearningRate, planTraining, type TrainEvent, Trainer } from '../../src/train/index.ts';
import { configOf, corpusOf, someText } from '../support/models.ts';
import { SMALL } from '../support/training.ts';

const planOf = (settings: PartialConfig) =>
  planTraining(configOf({ ...SMALL, ...settings }), corpusOf(someText(200)));

/** Runs until it fails; `listen` sees every event. */
function fail(
  settings: PartialConfig,
  kernels = new ReferenceKernels(),
  listen: (event: TrainEvent, trainer: Trainer) => void = () => {},
): { message: string; events: TrainEvent[] } {
  const trainer = new Trainer(planOf(settings), kernels);
  const events: TrainEvent[] = [];
  try {
    for (const event of trainer.run()) {
      events.push(event);
      listen(event, trainer);
    }
  } catch (error) {
    return { message: (error as Error).message, events };
  }
  throw new Error('the run did not fail');
}

const savedSteps = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.event === 'save' ? [`${event.kind} ${event.step}`] : []));

/** Kernels whose optimizer spoils a number of what it is given. */
class Spoiling extends ReferenceKernels {
  readonly #spoil: (w: Floats, moment: Floats) => void;
  constructor(spoil: (w: Floats, moment: Floats) => void) {
    super();
    this.#spoil = spoil;
  }
  override sgd(...[w, g, velocity, settings]: Parameters<ReferenceKernels['sgd']>): void {
    super.sgd(w, g, velocity, settings);
    this.#spoil(w, velocity);
  }
  override rmsprop(...[w, g, squares, settings]: Parameters<ReferenceKernels['rmsprop']>): void {
    super.rmsprop(w, g, squares, settings);
    this.#spoil(w, squares);
  }
}

/** From the third update on. */
const fromThird = (spoil: (w: Floats, moment: Floats) => void) => {
  let updates = 0;
  return new Spoiling((w, moment) => {
    if (++updates >= 3) spoil(w, moment);
  });
};

describe('a number that is not finite', () => {
  it('in a weight: the step, the first bad tensor and a lower learning rate are named', () => {
    const { message, events } = fail({ steps: 9 }, undefined, (event, { weights }) => {
      if (event.event !== 'step') return;
      weights.view('layers.0.Whh')[3] = Number.NaN;
      weights.stale = true;
    });
    expect(message).toBe(
      'training diverged at step 2: expected a finite loss, got NaN; first tensor that went bad: weights of layers.0.Whh; try learningRate 0.00075',
    );
    expect(savedSteps(events)).toEqual(['last 0']);
  });

  it('in a run of its own making: a learning rate far too high for ReLU', () => {
    const settings: PartialConfig = { nonlinearity: 'relu', layers: 3, optimizer: 'sgd', learningRate: 1e15 };
    expect(fail({ ...settings, clipNorm: 0, steps: 500 }).message).toMatch(
      /^training diverged at step \d+: expected a finite (loss|gradient norm), got (NaN|Infinity); first tensor that went bad: [^;]+; try learningRate 0\.5$/,
    );
  });

  it('in the gradient while the loss is finite: the norm is named', () => {
    class Steep extends ReferenceKernels {
      override sumOfSquares(x: Floats): number {
        return super.sumOfSquares(x) * Number.POSITIVE_INFINITY;
      }
    }
    expect(fail({ steps: 9 }, new Steep()).message).toBe(
      'training diverged at step 1: expected a finite gradient norm, got Infinity; start from smaller weights: lower initGain',
    );
  });

  it('in a weight that no loss shows, since its character is not read: it is not saved', () => {
    const kernels = fromThird((w) => {
      w[0] = Number.NEGATIVE_INFINITY;
    });
    const settings: PartialConfig = { ...SMALL, optimizer: 'sgd', saveEvery: 2, evalEvery: 1000 };
    const plan = planTraining(configOf(settings), corpusOf(`${'ab'.repeat(100)}!`));
    const trainer = new Trainer(plan, kernels);
    const saves: string[] = [];
    const run = () => {
      for (const event of trainer.run())
        if (event.event === 'save') saves.push(`${event.kind} ${event.step}`);
    };
    expect(run).toThrow(
      'training diverged at step 4: expected finite weights, got -Infinity; first tensor that went bad: weights of layers.0.Wxh; try learningRate 0.13',
    );
    expect(saves).toEqual(['last 0', 'last 2']);
  });

  it('in what the optimizer remembers, which freezes a weight and shows in no loss', () => {
    const kernels = fromThird((_, squares) => {
      squares[9] = Number.POSITIVE_INFINITY;
    });
    const { message, events } = fail({ optimizer: 'rmsprop', steps: 9, saveEvery: 2, evalEvery: 5 }, kernels);
    expect(message).toBe(
      'training diverged at step 4: expected finite moments of rmsprop, got Infinity; first tensor that went bad: moments of rmsprop of layers.0.Wxh; try learningRate 0.0005',
    );
    expect(savedSteps(events)).toEqual(['last 0', 'last 2']);
  });

  it('in weights at a measurement: nothing becomes the best', () => {
    const { message, events } = fail({ steps: 9, evalEvery: 1 }, undefined, (event, { weights }) => {
      if (event.event !== 'step' || event.step < 3) return;
      weights.view('output.by')[1] = Number.NaN;
      weights.stale = true;
    });
    expect(message).toBe(
      'training diverged at step 3: expected finite weights, got NaN; first tensor that went bad: weights of output.by; try learningRate 0.00075',
    );
    expect(savedSteps(events)).toEqual(['last 0', 'best 1', 'best 2']);
    expect(events.filter(({ event }) => event === 'evaluate')).toHaveLength(2);
  });

  it('in an average or a carried state is found the same way', () => {
    const architecture = { cell: 'rnn', hidden: 2, layers: 1, vocabularySize: 3 } as const;
    const table = parameterTable(architecture);
    const data = new Float32Array(table.reduce((sum, { size }) => sum + size, 0));
    const check = (what: string, of = table) =>
      checkFinite(7, configOf({ optimizer: 'adam' }), of, [{ what, data }]);
    expect(() => check('averaged weights')).not.toThrow();
    data[6] = Number.POSITIVE_INFINITY;
    expect(() => check('averaged weights')).toThrow(
      'training diverged at step 7: expected finite averaged weights, got Infinity; first tensor that went bad: averaged weights of layers.0.Whh; try learningRate 0.00075',
    );
    expect(() => check('carried states', [])).toThrow(
      'training diverged at step 7: expected finite carried states, got Infinity; try learningRate 0.00075',
    );
  });

  it('a learning-rate test that cannot make its first step says why', () => {
    const plan = planOf({ nonlinearity: 'relu', initGain: 1000, seqLength: 20, batchSize: 1 });
    const search = findLearningRate(plan, new ReferenceKernels());
    expect(() => [...search]).toThrow(
      /^training diverged at step 1: expected a finite loss, got NaN; first tensor that went bad: gradient of layers.0.Wxh; start from smaller weights: lower initGain$/,
    );
  });
});
