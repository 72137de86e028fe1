import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PartialConfig } from '../../src/config/index.ts';
import { CELL_NAMES, type CellName } from '../../src/config/names.ts';
import { createWeights, Network } from '../../src/model/index.ts';
import { clipGradient, Optimizer } from '../../src/train/index.ts';
import { learningRateAt, newPlateau, nextPlateau } from '../../src/train/update/schedule.ts';
import { BACKENDS } from '../support/backends.ts';
import { configOf } from '../support/models.ts';

interface Golden {
  torch: string;
  B: number;
  T: number;
  H: number;
  V: number;
  clipNorm: number;
  runs: {
    layers: number;
    optimizer: string;
    initial: Record<string, number[]>;
    inputs: number[][];
    targets: number[][];
    firstGradients: Record<string, number[]>;
    losses: number[];
    gradientNorms: number[];
    final: Record<string, number[]>;
    finalState: number[];
  }[];
}

const goldenOf = (cell: CellName) =>
  JSON.parse(readFileSync(new URL(`../golden/${cell}.json`, import.meta.url), 'utf8')) as Golden;
const GOLDENS = CELL_NAMES.map((cell) => ({ cell, golden: goldenOf(cell) }));

const SETTINGS: Record<string, PartialConfig> = {
  sgd: { optimizer: 'sgd', learningRate: 0.1 },
  'sgd-momentum': { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9 },
  'sgd-nesterov': { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  adamw: { optimizer: 'adam', learningRate: 0.01, weightDecay: 0.1 },
  adagrad: { optimizer: 'adagrad', learningRate: 0.1 },
  rmsprop: { optimizer: 'rmsprop', learningRate: 0.01 },
  adam: { optimizer: 'adam', learningRate: 0.01 },
};

const TRAINING = JSON.parse(
  readFileSync(new URL('../golden/training.json', import.meta.url), 'utf8'),
) as Record<
  string,
  {
    cell: CellName;
    layers: number;
    initial: Record<string, number[]>;
    inputs: number[][];
    targets: number[][];
    runs: { optimizer: string; schedule: string; losses: number[] }[];
  }
>;

const SCHEDULES: Record<string, PartialConfig> = {
  constant: { schedule: 'constant' },
  linear: { schedule: 'linear', minLearningRate: 0.001 },
  cosine: { schedule: 'cosine', minLearningRate: 0.001 },
  step: { schedule: 'step', decayEvery: 12, decayFactor: 0.3 },
  plateau: { schedule: 'plateau', decayPatience: 1, decayFactor: 0.3 },
};

/** Largest difference relative to the largest value. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value))) / scale;
}

describe.each(BACKENDS)(`$name against PyTorch ${GOLDENS[0]!.golden.torch}`, ({ create, epsilon }) => {
  const tolerance = epsilon < 1e-10 ? 1e-11 : 1e-5;
  const runs = GOLDENS.flatMap(({ cell, golden }) =>
    golden.runs.map((run) => [cell, run.optimizer, run.layers, golden, run] as const),
  );
  const trainings = Object.values(TRAINING).flatMap((training) =>
    training.runs.map(
      (run) => [training.cell, run.optimizer, run.schedule, training.layers, training, run] as const,
    ),
  );
  it.each(trainings)('%s, %s, %s, %i layers: the losses of 50 steps within 1e-4', (...parameters) => {
    const [cell, optimizer, schedule, layers, training, run] = parameters;
    const { B, T, H, V, clipNorm } = GOLDENS[0]!.golden;
    const kernels = create();
    const weights = createWeights({ cell, hidden: H, layers, vocabularySize: V }, kernels);
    for (const { name } of weights.table) weights.view(name).set(training.initial[name]!);
    weights.stale = true;
    const network = new Network(weights, kernels, { B, T, backward: true });
    const config = configOf({ ...SETTINGS[optimizer], ...SCHEDULES[schedule], clipNorm });
    const update = new Optimizer(config, weights.data.length, kernels);
    let plateau = newPlateau();
    let best = Number.POSITIVE_INFINITY;
    run.losses.forEach((expected, i) => {
      network.ids.set(training.inputs[i]!);
      network.targets.set(training.targets[i]!);
      network.forward();
      const loss = network.loss(1 / (B * T)) / (B * T);
      expect(Math.abs(loss - expected) / expected, `step ${i + 1}`).toBeLessThan(1e-4);
      network.backward();
      clipGradient(network.gradient!.data, config, kernels);
      const rate = learningRateAt(config, i + 1, run.losses.length, plateau);
      update.update(weights.data, network.gradient!.data, i + 1, rate);
      weights.stale = true;
      network.carryState();
      if ((i + 1) % 3 === 0) plateau = nextPlateau(config, plateau, loss < best);
      if ((i + 1) % 3 === 0) best = Math.min(best, loss);
    });
    if (schedule === 'plateau') expect(plateau.scale).toBeLessThan(1);
  });

  it.each(runs)(
    `%s, %s, %i layers: 10 clipped steps, losses, norms, first gradients, weights and state within ${tolerance} relative`,
    (cell, optimizer, layers, golden, run) => {
      const kernels = create();
      const { B, T, H, V, clipNorm } = golden;
      const weights = createWeights({ cell, hidden: H, layers, vocabularySize: V }, kernels);
      for (const { name } of weights.table) weights.view(name).set(run.initial[name]!);
      weights.stale = true;
      const network = new Network(weights, kernels, { B, T, backward: true });
      const config = configOf({ ...SETTINGS[optimizer], clipNorm });
      const update = new Optimizer(config, weights.data.length, kernels);
      const losses: number[] = [];
      const norms: number[] = [];
      run.inputs.forEach((inputs, step) => {
        network.ids.set(inputs);
        network.targets.set(run.targets[step]!);
        network.forward();
        losses.push(network.loss(1 / (B * T)) / (B * T));
        network.backward();
        if (step === 0)
          for (const { name } of weights.table)
            expect(relativeError(network.gradient!.view(name), run.firstGradients[name]!), name).toBeLessThan(
              tolerance,
            );
        norms.push(clipGradient(network.gradient!.data, config, kernels).norm);
        update.update(weights.data, network.gradient!.data, step + 1);
        weights.stale = true;
        network.carryState();
      });
      expect(relativeError(losses, run.losses)).toBeLessThan(tolerance);
      expect(relativeError(norms, run.gradientNorms)).toBeLessThan(tolerance);
      for (const { name } of weights.table)
        expect(relativeError(weights.view(name), run.final[name]!), name).toBeLessThan(tolerance);
      expect(relativeError(network.readState(), run.finalState)).toBeLessThan(Math.max(tolerance, 1e-7));
    },
  );
});
