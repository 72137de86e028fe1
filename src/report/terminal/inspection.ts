import type { FlowRow } from '../../checkpoint/index.ts';
import {
  CELL_ANALYSES,
  type Connectivity,
  type Inspection,
  type LayerInspection,
  type Saturation,
} from '../../inspect/index.ts';
import { coloredLines } from '../characters.ts';
import { harmlessLine } from '../escape.ts';
import { grouped, percentage } from '../numbers.ts';
import { formatCheck } from './gradient-check.ts';
import { formatHorizon } from './horizon.ts';
import { type Palette, plotCurve } from './plot.ts';
import { columns } from './table.ts';

export interface InspectionPalette extends Palette {
  /** a background whose strength, 0…1, is seen */
  shade(text: string, strength: number): string;
}

export interface InspectionFormat {
  width: number;
  ascii: boolean;
  color: InspectionPalette;
}

/** An inspection and what to call it beside another. */
export interface Subject {
  name: string;
  inspection: Inspection;
}

const CHART_HEIGHT = 13;
const BAR_WIDTH = 30;
const EXPONENTS = 9;

/** The report of `rnn inspect-gradients` for a terminal: verdict, curve, figures, histograms, text. */
export function formatInspection(subject: Subject, format: InspectionFormat, compared?: Subject): string {
  const { inspection } = subject;
  const { color, ascii } = format;
  const subjects = compared ? [subject, compared] : [subject];
  return [
    ...verdicts(subjects, color),
    '',
    '  gradient of one loss with respect to the state k steps before it (norm, log scale)',
    ...plotCurve(
      inspection.lags.map((row, i) => {
        const other = compared?.inspection.lags[i]?.median;
        return other === undefined ? row : { ...row, other };
      }),
      {
        width: format.width,
        height: CHART_HEIGHT,
        mark: inspection.seqLength,
        markLabel: `seq-length ${inspection.seqLength}`,
        ascii,
        color,
      },
    ),
    '',
    columns(undefined, stacked(figures(subjects), ascii)),
    '  Lyapunov exponents, nats a step (all layers; right of the line gradients grow)',
    ...exponents(inspection, format),
    '',
    '  size of the states |h|',
    ...histogram(inspection.saturation, format),
    '',
    ...gates(inspection.layers, format),
    `  what update ${grouped(inspection.nextUpdate.step)} would do, with its learning rate of ${significant(inspection.nextUpdate.learningRate)}, as shares of each tensor's norm`,
    columns(
      ['', 'gradient', 'update'],
      inspection.tensors.map(({ name, gradientToParameter, updateToParameter }) => [
        name,
        scientific(gradientToParameter),
        scientific(updateToParameter),
      ]),
    ),
    ...flow(inspection),
    ...drivers(inspection.connectivity, color),
    '',
  ].join('\n');
}

function verdicts(subjects: readonly Subject[], color: Palette): string[] {
  if (subjects.length === 1) return [color.bold(subjects[0]!.inspection.verdict.text)];
  return subjects.map(
    ({ name, inspection }) => `${harmlessLine(name)}: ${color.bold(inspection.verdict.text)}`,
  );
}

/** Two models' values under each other, marked as their curves are: side by side no terminal is wide enough. */
function stacked(rows: string[][], ascii: boolean): string[][] {
  const marks = ascii ? ['*', 'o'] : ['●', '○'];
  return rows.flatMap(([label = '', ...values]) =>
    values.length === 1
      ? [[label, values[0]!]]
      : values.map((value, i) => [i === 0 ? label : '', `${marks[i]} ${value}`]),
  );
}

/** One row a figure, one column a subject. */
function figures(subjects: readonly Subject[]): string[][] {
  const row = (label: string, value: (inspection: Inspection) => string) => [
    label,
    ...subjects.map(({ inspection }) => value(inspection)),
  ];
  const layers = Math.max(...subjects.map(({ inspection }) => inspection.layers.length));
  const perLayer = Array.from({ length: layers }, (_, l) => [
    row(`Whh of layer ${l}`, ({ layers }) => (layers[l] ? weights(layers[l]) : '-')),
    row(`${l === 0 ? 'products of J' : ''}`, ({ layers }) => (layers[l] ? products(layers[l]) : '-')),
  ]).flat();
  const gated = subjects.some(({ inspection }) => inspection.layers[0]!.cellPath !== null);
  return [
    row('decay per step', ({ decayPerStep, halfLife, memoryLength }) =>
      halfLife === null
        ? `x${decayPerStep.toFixed(3)}`
        : `x${decayPerStep.toFixed(3)}, halves every ${significant(halfLife)} steps, memory ${significant(memoryLength!)} steps`,
    ),
    row('truncation', truncation),
    row('factors per step', ({ blame, layers }) =>
      blame
        ? `weights x${blame.weights.toFixed(3)}, slope of the nonlinearity x${blame.saturation.toFixed(3)}`
        : `${layers.at(-1)!.cellPath!.gate} gate x${layers.at(-1)!.cellPath!.keptPerStep.toFixed(3)} (top layer)`,
    ),
    ...(gated ? [row('gates remember', ({ layers }) => timescales(layers.at(-1)!))] : []),
    ...perLayer,
    row('context in use', formatHorizon),
    row('clipping', clipping),
    row('states', states),
    row('gradient check', formatCheck),
    row('measured on', measuredOn),
  ];
}

/** Three significant digits. */
const significant = (value: number): string => String(Number(value.toPrecision(3)));
const scientific = (value: number | null): string => (value === null ? '-' : value.toExponential(1));

function weights({ largestSingularValue, spectralRadius, recurrent }: LayerInspection): string {
  const departure = Math.max(...recurrent.map((block) => block.departure));
  return `σ_max ${significant(largestSingularValue)}, spectral radius ${significant(spectralRadius)} (alone it proves nothing), departure from normal ${departure.toFixed(2)}`;
}

function products({ singularValues, lyapunov }: LayerInspection): string {
  const last = singularValues.at(-1);
  const exponent = `λ_max ${nats(lyapunov.exponents[0]!)} ± ${lyapunov.spread[0]!.toFixed(3)}`;
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
  const at = (share: number) => timescales[Math.floor(share * (timescales.length - 1))] ?? null;
  const steps = (value: number | null) => (value === null ? 'for ever' : significant(value));
  return `longest ${steps(at(0))}, median ${steps(at(0.5))} steps`;
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

/** Some exponents of the sorted spectrum as bars left and right of 0. */
function exponents({ lyapunov }: Inspection, { ascii, color }: InspectionFormat): string[] {
  const count = Math.min(EXPONENTS, lyapunov.length);
  const ranks = Array.from({ length: count }, (_, i) =>
    Math.round((i * (lyapunov.length - 1)) / Math.max(1, count - 1)),
  );
  const values = ranks.map((rank) => lyapunov[rank]!);
  const scale = BAR_WIDTH / 2 / Math.max(...values.filter(Number.isFinite).map(Math.abs), 1e-12);
  return values.map((value, i) => {
    const length = Math.round(Math.min(BAR_WIDTH / 2, Math.abs(value) * scale));
    const bar = (ascii ? '#' : '█').repeat(length);
    const [left, right] = value < 0 ? [bar, ''] : ['', bar];
    const axis = ascii ? '|' : '│';
    const label = `λ${ranks[i]! + 1}`.padStart(6);
    return `  ${label} ${nats(value).padStart(8)} ${color.cyan(left.padStart(BAR_WIDTH / 2))}${axis}${color.yellow(right)}`.trimEnd();
  });
}

/** −∞ of a direction that is lost. */
const nats = (value: number): string => (value === Number.NEGATIVE_INFINITY ? '-∞' : value.toFixed(3));

function histogram({ histogram, histogramTop }: Saturation, format: InspectionFormat): string[] {
  const most = Math.max(...histogram);
  const edge = (bin: number) => ((bin / histogram.length) * histogramTop).toFixed(1);
  const labels = histogram.map((_, bin) => `${edge(bin)}-${edge(bin + 1)}`);
  const width = Math.max(...labels.map((label) => label.length));
  return histogram.map(
    (share, bin) =>
      `  ${labels[bin]!.padEnd(width)} ${shareBar(share / most, format)} ${percentage(share).padStart(7)}`,
  );
}

const shareBar = (share: number, { ascii, color }: InspectionFormat): string =>
  color.cyan((ascii ? '#' : '█').repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH));

/** How often gates stand shut and open; nothing for vanilla cells. */
function gates(layers: readonly LayerInspection[], format: InspectionFormat): string[] {
  const rows = layers.flatMap(({ gates }, l) =>
    gates.map(
      ({ gate, mean, low, high }) =>
        `  layer ${l} ${gate} ${shareBar(mean, format)} mean ${mean.toFixed(2)}, shut (< 0.1) ${percentage(low)}, open (> 0.9) ${percentage(high)}`,
    ),
  );
  return rows.length > 0 ? ['  gates', ...rows, ''] : [];
}

/** What `train --inspect-every` recorded. */
function flow({ flow }: Inspection): string[] {
  if (flow.length === 0) return [];
  return [
    '  how the flow changed during training',
    columns(
      ['step', 'kept over a window', 'decay', 'λ_max', 'σ_max', '|h| > 0.99'],
      flow.map(({ step, kept, decayPerStep, largestLyapunov, largestSingularValue, shareAbove99 }) => [
        grouped(step),
        kept?.toPrecision(2) ?? '-',
        decayPerStep?.toFixed(3) ?? '-',
        largestLyapunov?.toFixed(3) ?? '-',
        significant(largestSingularValue),
        percentage(shareAbove99),
      ]),
    ),
  ];
}

/** One such look, as a line. */
export function formatFlow({ kept, decayPerStep, largestLyapunov, shareAbove99 }: FlowRow): string {
  return `keeps ${kept?.toPrecision(2) ?? '-'} over a window (x${decayPerStep?.toFixed(3) ?? '-'} a step), λ_max ${largestLyapunov?.toFixed(3) ?? '-'}, |h| > 0.99 in ${percentage(shareAbove99)}`;
}

/** The text up to one prediction, each character shaded by how strongly it drives it, and the strongest in words. */
function drivers(traced: Connectivity, color: InspectionPalette): string[] {
  const { characters, strengths, predicted, probability } = traced;
  const most = Math.max(...strengths, Number.MIN_VALUE);
  const text = coloredLines(characters, (character, i) => color.shade(character, strengths[i]! / most));
  const ranked = strengths
    .map((strength, i) => ({ strength, back: strengths.length - 1 - i, character: characters[i]! }))
    .sort((a, b) => b.strength - a.strength)
    .slice(0, 5)
    .map(
      ({ strength, back, character }) =>
        `${JSON.stringify(harmlessLine(character))} ${back === 0 ? 'just read' : `${back} back`} (${significant(strength / most)})`,
    );
  return [
    `  what drives the prediction ${JSON.stringify(harmlessLine(predicted))} (p ${probability.toFixed(2)}) after this text`,
    '',
    text,
    '',
    `  most: ${ranked.join(', ')}`,
  ];
}
