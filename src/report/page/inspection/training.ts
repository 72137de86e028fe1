import type { FlowRow } from '../../../checkpoint/index.ts';
import { digits, grouped, percentage } from '../../numbers.ts';
import { escapeHtml } from '../document.ts';
import { chart, dots, line, type Point, rangeOf } from '../svg.ts';
import { dataTable, figures, legend, numbers, type Section, section } from './parts.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';

export const tensorSection = (subjects: Subjects): Section =>
  section({
    id: 'tensors',
    title: 'Gradients and updates by tensor',
    body: `${dataTable('Gradients and updates', { first: 'tensor', rest: ['gradient / parameter', 'update / parameter'], subjects }, tensorRows(subjects))}
${subjects.map(rate).join('\n')}
${subjects.map(clipping).join('\n')}`,
    what: `The norm of the gradient, and of one step of the optimizer, relative to the norm of what they change: ‖dW‖/‖W‖ and ‖ΔW‖/‖W‖.
The step is the one that the run would make next, with the learning rate its schedule has there, on a window of the text measured
here that begins from h = 0. Updates around 1e-3 of a tensor are a rule of thumb; far larger ones make training jump, far smaller ones make it stand still.
Clipping scales the whole gradient down to --clip-norm when it is longer, so that one steep step can't throw the weights far away.`,
    source: 'CS231n notes (neural networks 3); Pascanu, Mikolov &amp; Bengio 2013, algorithm 1',
  });

function tensorRows(subjects: Subjects): string[][] {
  const columns = subjects.map(
    ({ inspection }) => new Map(inspection.tensors.map((tensor) => [tensor.name, tensor])),
  );
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  return names.map((name) => [
    name,
    ...columns.flatMap((column) => [
      digits(column.get(name)?.gradientToParameter),
      digits(column.get(name)?.updateToParameter),
    ]),
  ]);
}

const rate = ({ name, inspection: { nextUpdate } }: PageSubject): string =>
  `<p>${escapeHtml(name)}: the update is number ${grouped(nextUpdate.step)}, with a learning rate of ${digits(nextUpdate.learningRate)}.</p>`;

function clipping({ name, inspection: { clipping, model } }: PageSubject): string {
  const who = escapeHtml(name);
  if (clipping === null) return `<p>${who}: clipping was not recorded.</p>`;
  const { rate, shrink } = clipping;
  const by = shrink === null ? '' : `, to × ${digits(shrink)} of its length on average`;
  return `<p>${who}: the gradient was clipped in ${percentage(rate)} of ${grouped(model.step)} steps${by}.</p>`;
}

const FLOW: { title: string; label: string; of: (row: FlowRow) => number | null }[] = [
  {
    title: 'Gradient left at the end of the window',
    label: 'log10 of the fraction kept',
    of: ({ kept }) => (kept !== null && kept > 0 ? Math.log10(kept) : null),
  },
  { title: 'Gradient kept per step', label: 'factor', of: ({ decayPerStep }) => decayPerStep },
  { title: 'Largest Lyapunov exponent', label: 'nats a step', of: ({ largestLyapunov }) => largestLyapunov },
  {
    title: 'Largest singular value of Whh',
    label: 'σ',
    of: ({ largestSingularValue }) => largestSingularValue,
  },
  { title: 'Spectral radius of Whh', label: 'ρ', of: ({ spectralRadius }) => spectralRadius },
  { title: 'Large states, |h| > 0.99', label: 'share', of: ({ shareAbove99 }) => shareAbove99 },
];

export function flowSection(subjects: Subjects): Section {
  const recorded = subjects.some(({ inspection }) => inspection.flow.length > 0);
  return section({
    id: 'flow',
    title: 'How the flow changed during training',
    body: recorded
      ? `${legend(subjects)}${figures(FLOW.map(({ title, label, of }) => ({ title, svg: overSteps(subjects, title, label, of) })))}${subjects.map(flowTable).join('')}`
      : '<p>Nothing was recorded during training: <code>rnn train --inspect-every 500</code> records these numbers every 500 steps.</p>',
    what: `The main numbers of this page, measured again and again during training. φ(T)/φ(0) is the fraction of the gradient that is left at
the far end of a window of T steps.`,
    source: 'rnn train --inspect-every',
  });
}

function overSteps(
  subjects: Subjects,
  title: string,
  label: string,
  of: (row: FlowRow) => number | null,
): string {
  const curves = subjects.map(({ inspection }) => inspection.flow.map((row): Point => [row.step, of(row)]));
  const [last] = curves.map((points) => points.at(-1)?.[1]);
  return chart(
    {
      x: { range: rangeOf(curves.flat().map(([step]) => step)), label: 'step', format: grouped },
      y: { range: rangeOf(curves.flat().map(([, value]) => value)), label },
      summary: `${title} over training, at last ${digits(last)}`,
    },
    (px, py) =>
      curves
        .map((points, i) => line(points, px, py, seriesOf(i)) + dots(points, px, py, seriesOf(i)))
        .join(''),
  );
}

const flowTable = ({ name, inspection }: PageSubject): string =>
  inspection.flow.length === 0
    ? ''
    : numbers(
        `during training, ${name}`,
        {
          first: 'step',
          rest: ['kept', 'kept per step', 'advised seq-length', 'largest exponent', 'σ', 'ρ', '|h| > 0.99'],
          subjects: [],
        },
        inspection.flow.map((row) => [
          grouped(row.step),
          ...[
            row.kept,
            row.decayPerStep,
            row.recommendedSeqLength,
            row.largestLyapunov,
            row.largestSingularValue,
            row.spectralRadius,
            row.shareAbove99,
          ].map(digits),
        ]),
      );
