import { CELL_ANALYSES, type Inspection, type LayerInspection } from '../../inspect/index.ts';
import { harmlessLine } from '../escape.ts';
import { grouped, middle, percentage } from '../numbers.ts';
import type { Subject } from './answers.ts';
import { formatCheck } from './gradient-check.ts';
import { formatHorizon } from './horizon.ts';

type Figure = [label: string, of: (inspection: Inspection) => string];

/** Label and value of each subject: what can be read without knowing the spectra. */
export const mainFigures = (subjects: readonly Subject[]): string[][] =>
  rowsOf(subjects, [
    ['factors per step', factors],
    ...(subjects.some(({ inspection }) => inspection.layers[0]!.cellPath !== null)
      ? ([['gates remember', ({ layers }) => timescales(layers.at(-1)!)]] satisfies Figure[])
      : []),
    ['states', states],
    ['past replaced', ({ horizon }) => formatHorizon(horizon.replaced)],
    ['past cut off', ({ horizon }) => formatHorizon(horizon.cut)],
    ['clipping', clipping],
    ['gradient check', formatCheck],
    ['measured on', measuredOn],
  ]);

/** Decay, truncation and the spectra of each layer. */
export function deeperFigures(subjects: readonly Subject[]): string[][] {
  const layers = Math.max(...subjects.map(({ inspection }) => inspection.layers.length));
  const perLayer = Array.from({ length: layers }, (_, l): Figure[] => [
    [`Whh of layer ${l}`, ({ layers }) => (layers[l] ? weights(layers[l]) : '-')],
    [l === 0 ? 'products of J' : '', ({ layers }) => (layers[l] ? products(layers[l]) : '-')],
  ]);
  return rowsOf(subjects, [['decay per step', decay], ['truncation', truncation], ...perLayer.flat()]);
}

const rowsOf = (subjects: readonly Subject[], figures: readonly Figure[]): string[][] =>
  figures.map(([label, of]) => [label, ...subjects.map(({ inspection }) => of(inspection))]);

/** Three significant digits. */
export const significant = (value: number): string => String(Number(value.toPrecision(3)));

/** −∞ of a direction that is lost. */
export const nats = (value: number): string => (value === Number.NEGATIVE_INFINITY ? '-∞' : value.toFixed(3));

function factors({ stepFactors, layers }: Inspection): string {
  if (stepFactors)
    return `weights x${stepFactors.weights.toFixed(3)}, slope of the nonlinearity x${stepFactors.saturation.toFixed(3)}`;
  const { gate, keptPerStep } = layers.at(-1)!.cellPath!;
  return `${gate} gate x${keptPerStep.toFixed(3)} (top layer)`;
}

function decay({ decayPerStep, halfLife, memoryLength }: Inspection): string {
  const factor = `x${decayPerStep.toFixed(3)}`;
  return halfLife === null
    ? factor
    : `${factor}, halves every ${significant(halfLife)} steps, memory ${significant(memoryLength!)} steps`;
}

function weights({ largestSingularValue, spectralRadius, recurrent }: LayerInspection): string {
  const departure = Math.max(...recurrent.map((block) => block.departure));
  return `σ_max ${significant(largestSingularValue)}, spectral radius ${significant(spectralRadius)} (alone it proves nothing), departure from normal ${departure.toFixed(2)}`;
}

function products({ singularValues, lyapunov }: LayerInspection): string {
  const last = singularValues.at(-1);
  const exponent = `λ₁ ${nats(lyapunov.exponents[0]!)} ± ${lyapunov.spread[0]!.toFixed(3)}`;
  if (!last) return exponent;
  const { logCondition, logs, rank } = last;
  const deficient = logCondition === Number.POSITIVE_INFINITY ? ` (rank ${rank} of ${logs.length})` : '';
  const condition = logCondition === null ? '' : `, condition number ${powerOfTen(logCondition)}${deficient}`;
  return `${exponent}; over ${last.lag} steps σ_max ${powerOfTen(last.logs[0]!)}${condition}`;
}

/** e^log as a decimal power, also where no float could hold it. */
function powerOfTen(log: number): string {
  if (!Number.isFinite(log)) return log > 0 ? '∞' : '0';
  const exponent = Math.floor(log / Math.LN10);
  return `${(10 ** (log / Math.LN10 - exponent)).toFixed(1)}e${exponent}`;
}

function truncation({ truncationBias, recommendedSeqLength, seqLength }: Inspection): string {
  if (truncationBias.length === 0)
    return 'the gradient does not decay within the lags: no window can be advised';
  const own = truncationBias[Math.min(seqLength, truncationBias.length) - 1]!;
  const bias = `a window of ${own.steps} misses at most ${percentage(own.bias)}`;
  return recommendedSeqLength === null
    ? `${bias}; no measured window less than 10 %`
    : `${bias}; ${recommendedSeqLength} steps miss less than 10 %`;
}

function timescales({ cellPath }: LayerInspection): string {
  if (!cellPath) return '-';
  const { timescales } = cellPath;
  const steps = (value: number | null | undefined) => (value == null ? 'forever' : significant(value));
  return `longest ${steps(timescales[0])}, median ${steps(middle(timescales))} steps`;
}

function measuredOn({ measuredOn }: Inspection): string {
  const { text, characters, charactersRead, anchors, warmUp } = measuredOn;
  const part = charactersRead < characters ? `, states on the first ${grouped(charactersRead)}` : '';
  return `${anchors} anchors in ${grouped(characters)} characters of ${harmlessLine(text)}${part}, ${warmUp} of warm-up, float64`;
}

function states({ model, saturation }: Inspection): string {
  const { meanDerivative, shareAbove99, shareFlat, stuckUnits, deadUnits } = saturation;
  if (model.nonlinearity === 'relu')
    return `ReLUs on in ${percentage(meanDerivative)}, ${stuckUnits} units in less than 5 %, ${deadUnits} never`;
  const { slope, saturating } = CELL_ANALYSES[model.cell];
  const large = saturating === 'h' ? '' : `, |h| > 0.99 in ${percentage(shareAbove99)}`;
  return `mean slope ${slope} ${meanDerivative.toFixed(3)}, |${saturating}| > 0.99 in ${percentage(shareFlat)}${large}, ${stuckUnits} stuck, ${deadUnits} dead`;
}

function clipping({ clipping }: Inspection): string {
  if (clipping === null) return 'not recorded yet';
  const { rate, shrink } = clipping;
  return `${percentage(rate)} of all steps${shrink === null ? '' : `, to x${shrink.toFixed(2)} on average`}`;
}
