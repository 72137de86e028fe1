import type { Checkpoint, FlowRow } from '../checkpoint/index.ts';
import { drain } from '../drain.ts';
import { createRandom } from '../random.ts';
import { keptShare } from './answers.ts';
import { CELL_ANALYSES } from './cells/index.ts';
import { exactModel } from './exact-model.ts';
import { productSpectrum } from './jacobians/products.ts';
import { layerSpectrum, recurrentSpectrum } from './jacobians/spectra.ts';
import { decayPerStep, recommendedSeqLength, truncationBias } from './lags/decay.ts';
import { lagGradients } from './lags/lag-gradients.ts';
import { lagRows } from './lags/lag-rows.ts';
import { chooseWindows } from './lags/windows.ts';
import { stepsAlong } from './layers.ts';
import { readFromStart } from './reading.ts';
import { saturation } from './units/saturation.ts';

const ANCHORS = 16;
const STEPS = 100;

/** The main figures alone, of the top layer and on the checkpoint's own excerpt: a look during training. */
export function inspectFlow(checkpoint: Checkpoint): FlowRow {
  const { config, state, excerpt } = checkpoint;
  const { cell, layers: L, seqLength, rngSeed } = config;
  const model = exactModel(checkpoint);
  const asked = { lags: Math.max(2, seqLength), anchors: ANCHORS };
  const windows = chooseWindows(excerpt, asked, createRandom(rngSeed, 'anchors'));
  const spectra = Array.from({ length: L }, (_, layer) => layerSpectrum(model.weights, layer));
  const lags = lagRows(drain(lagGradients(model, excerpt, windows, spectra)));
  const phi = lags.map(({ mean }) => mean);
  const steps = stepsAlong(model, excerpt, STEPS).map((layers) => layers[L - 1]!);
  const radii = CELL_ANALYSES[cell].blocks.map(
    (gate) => recurrentSpectrum(model.weights, L - 1, gate).spectralRadius,
  );
  return {
    step: state.step,
    kept: finite(keptShare({ lags, seqLength })),
    decayPerStep: finite(decayPerStep(lags.map(({ median }) => median))),
    recommendedSeqLength: recommendedSeqLength(truncationBias(phi)),
    largestLyapunov: finite(productSpectrum(model.kernels, steps, [], seqLength, false).exponents[0]!),
    largestSingularValue: spectra[L - 1]!.largestSingularValue,
    spectralRadius: Math.max(...radii),
    shareAbove99: saturation(
      [readFromStart(model, excerpt).network.layers[L - 1]!],
      model.weights.architecture,
    ).shareAbove99,
  };
}

/** A checkpoint holds finite numbers only. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
