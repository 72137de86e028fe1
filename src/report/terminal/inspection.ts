import type { FlowRow } from '../../checkpoint/index.ts';
import {
  type Connectivity,
  type Inspection,
  type LayerInspection,
  type Saturation,
  times,
} from '../../inspect/index.ts';
import { FLOW_STEPS } from '../../vanishing.ts';
import { coloredLines, named } from '../characters.ts';
import { harmlessLine } from '../escape.ts';
import { grouped, percentage } from '../numbers.ts';
import { formatAnswers, hanging, type Subject } from './answers.ts';
import { deeperFigures, mainFigures, nats, significant } from './figures.ts';
import { type Palette, plotCurve } from './plot.ts';
import { columns } from './table.ts';
import { displayWidth, fold, padEnd } from './width.ts';

export interface InspectionPalette extends Palette {
  /** a background whose strength, 0…1, is seen */
  shade(text: string, strength: number): string;
}

export interface InspectionFormat {
  width: number;
  ascii: boolean;
  color: InspectionPalette;
}

const CHART_HEIGHT = 13;
const BAR_WIDTH = 30;
const EXPONENTS = 9;

/** The report of `rnn inspect-gradients` for a terminal: answers, curve, figures for a beginner, then the deeper ones. */
export function formatInspection(subject: Subject, format: InspectionFormat, compared?: Subject): string {
  const { inspection } = subject;
  const { ascii } = format;
  const subjects = compared ? [subject, compared] : [subject];
  const marks = ascii ? ['*', 'o'] : ['●', '○'];
  // what follows the figures is shown of one model
  const whose = compared ? ` of ${harmlessLine(subject.name)}` : '';
  return [
    ...formatAnswers(subjects, marks, format),
    '',
    '  gradient of one loss with respect to the state k steps back (norm, log scale)',
    ...curve(subjects, format),
    '',
    ...stacked(mainFigures(subjects), marks, format.width),
    '',
    `  size of the states |h|${whose}`,
    ...histogram(inspection.saturation, format),
    '',
    ...gates(inspection.layers, format, whose),
    ...flow(inspection, whose),
    ...drivers(inspection.connectivity, format, whose),
    '',
    '  in more depth',
    ...stacked(deeperFigures(subjects), marks, format.width),
    '',
    ...hanging(
      '  ',
      `Lyapunov exponents${whose}, nats a step (all layers; right of the line gradients grow)`,
      format.width,
    ),
    ...exponents(inspection, format),
    '',
    ...update(inspection, format, whose),
    '',
  ].join('\n');
}

function curve(subjects: readonly Subject[], { width, ascii, color }: InspectionFormat): string[] {
  const [{ inspection }, compared] = subjects as [Subject, Subject?];
  const points = inspection.lags.map((row, i) => {
    const other = compared?.inspection.lags[i]?.median;
    return other === undefined ? row : { ...row, other };
  });
  return plotCurve(points, {
    width,
    height: CHART_HEIGHT,
    ticks: ticksOf(subjects),
    names: subjects.map(({ name }) => harmlessLine(name)),
    ascii,
    color,
  });
}

/** The window of each model; one tick where both have the same. */
function ticksOf(subjects: readonly Subject[]): { at: number; label: string }[] {
  const lengths = [...new Set(subjects.map(({ inspection }) => inspection.seqLength))];
  if (lengths.length === 1) return [{ at: lengths[0]!, label: `seq-length ${lengths[0]}` }];
  return subjects.map(({ name, inspection: { seqLength } }) => ({
    at: seqLength,
    label: `seq-length ${seqLength} of ${harmlessLine(name)}`,
  }));
}

/** Labels and values, which wrap beside them; two models' values under each other, marked as their curves are. */
function stacked(rows: string[][], marks: readonly string[], width: number): string[] {
  const widest = Math.max(...rows.map(([label]) => displayWidth(label!)));
  return rows.flatMap(([label = '', ...values]) =>
    values.flatMap((value, i) => {
      const head = `  ${padEnd(i === 0 ? label : '', widest)}  ${values.length > 1 ? `${marks[i]} ` : ''}`;
      return hanging(head, value, width);
    }),
  );
}

const scientific = (value: number | null): string => (value === null ? '-' : value.toExponential(1));

function update({ nextUpdate, tensors }: Inspection, { width }: InspectionFormat, whose: string): string[] {
  const { step, learningRate } = nextUpdate;
  return [
    ...hanging(
      '  ',
      `next update (${grouped(step)})${whose} at learning rate ${significant(learningRate)}, as fractions of each tensor's norm`,
      width,
    ),
    columns(
      ['', 'gradient', 'update'],
      tensors.map(({ name, gradientToParameter, updateToParameter }) => [
        name,
        scientific(gradientToParameter),
        scientific(updateToParameter),
      ]),
    ).trimEnd(),
  ];
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
function gates(layers: readonly LayerInspection[], format: InspectionFormat, whose: string): string[] {
  const rows = layers.flatMap(({ gates }, l) =>
    gates.map(
      ({ gate, mean, low, high }) =>
        `  layer ${l} ${gate} ${shareBar(mean, format)} mean ${mean.toFixed(2)}, shut (< 0.1) ${percentage(low)}, open (> 0.9) ${percentage(high)}`,
    ),
  );
  return rows.length > 0 ? [`  gates${whose}`, ...rows, ''] : [];
}

/** Table of the records of `train --inspect-every`. */
function flow({ flow }: Inspection, whose: string): string[] {
  if (flow.length === 0) return [];
  return [
    `  how the gradient flow${whose} changed during training`,
    columns(
      ['step', 'λ₁', `over ${FLOW_STEPS} steps`, 'of one loss left', 'decay', 'σ_max', '|h| > 0.99'],
      flow.map(({ step, kept, decayPerStep, largestLyapunov, largestSingularValue, shareAbove99 }) => [
        grouped(step),
        largestLyapunov?.toFixed(3) ?? '-',
        over(largestLyapunov),
        kept === null ? '-' : times(kept),
        decayPerStep?.toFixed(3) ?? '-',
        significant(largestSingularValue),
        percentage(shareAbove99),
      ]),
    ),
  ];
}

/** Factor by which the largest exponent changes a gradient in the direction that shrinks least. */
const over = (exponent: number | null): string =>
  exponent === null ? '-' : times(Math.exp(FLOW_STEPS * exponent));

/** One such look, as a line: what the dynamics carry, what is left of one loss. */
export function formatFlow({ kept, largestLyapunov, shareAbove99 }: FlowRow): string {
  const left = kept === null ? '-' : times(kept);
  return `λ₁ ${largestLyapunov?.toFixed(3) ?? '-'} (${over(largestLyapunov)} over ${FLOW_STEPS} steps); of one loss ${left} is left a window back; |h| > 0.99 in ${percentage(shareAbove99)}`;
}

/** The text up to one prediction, each character shaded by how strongly it drives it, and the strongest in words. */
function drivers(traced: Connectivity, { width, color }: InspectionFormat, whose: string): string[] {
  const { characters, strengths, predicted, probability } = traced;
  const most = Math.max(...strengths, Number.MIN_VALUE);
  const text = coloredLines(characters, (character, i) => color.shade(character, strengths[i]! / most));
  const ranked = strengths
    .map((strength, i) => ({ strength, back: strengths.length - 1 - i, character: characters[i]! }))
    .sort((a, b) => b.strength - a.strength)
    .slice(0, 5)
    .map(
      ({ strength, back, character }) =>
        `${named(character)} ${back === 0 ? 'just read' : `${back} back`} (${significant(strength / most)})`,
    );
  return [
    ...hanging(
      '  ',
      `what drives the prediction ${named(predicted)} (p ${probability.toFixed(2)})${whose} after this text`,
      width,
    ),
    '',
    fold(text, width),
    '',
    ...hanging('  most: ', ranked.join(', '), width),
  ];
}
