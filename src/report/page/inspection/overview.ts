import type { Inspection } from '../../../inspect/index.ts';
import { harmlessLine } from '../../escape.ts';
import { digits, grouped, percentage } from '../../numbers.ts';
import { formatCheck } from '../../terminal/gradient-check.ts';
import { horizonText } from '../../terminal/horizon.ts';
import { escapeHtml } from '../document.ts';
import { dataTable } from './parts.ts';
import type { PageSubject, Subjects } from './subject.ts';

/** Verdicts side by side, then the main figures in one table. */
export const overview = (subjects: Subjects): string => `
<div class="verdicts">${subjects.map(verdict).join('\n')}</div>
${dataTable('Main figures', { first: 'figure', rest: ['value'], subjects }, rows(subjects))}`;

function verdict({ name, inspection }: PageSubject): string {
  const { verdict, model, parameters, measuredOn } = inspection;
  const { text, characters, charactersRead, anchors, warmUp, precision, rngSeed } = measuredOn;
  const layers = `${model.layers} ${model.layers === 1 ? 'layer' : 'layers'} of ${model.hidden} units`;
  return `<article class="verdict ${verdict.kind === 'healthy' ? 'good' : 'bad'}">
<h2>${escapeHtml(name)}: ${verdict.kind}</h2>
<p><strong>${escapeHtml(harmlessLine(verdict.text))}</strong></p>
<p class="quiet">${model.cell}, ${layers}, ${grouped(parameters)} parameters, after ${grouped(model.step)} steps of training
with windows of ${inspection.seqLength} characters. Measured at ${grouped(anchors)} anchors in ${grouped(characters)} characters of
${escapeHtml(harmlessLine(text))} (states on the first ${grouped(charactersRead)}), ${grouped(warmUp)} characters of warm-up, ${precision}, seed ${rngSeed}.</p>
</article>`;
}

const FIGURES: [name: string, of: (inspection: Inspection) => string][] = [
  ['gradient kept per step', ({ decayPerStep }) => `× ${digits(decayPerStep)}`],
  [
    'halves every',
    ({ halfLife }) => (halfLife === null ? 'never: it does not shrink' : `${digits(halfLife)} steps`),
  ],
  ['memory length −1/ln(kept per step)', ({ memoryLength }) => steps(memoryLength)],
  ['seq-length it was trained with', ({ seqLength }) => steps(seqLength)],
  ['shortest seq-length with a bias below 10 %', ({ recommendedSeqLength }) => steps(recommendedSeqLength)],
  ['context that is used', horizonText],
  [
    'factors of a step in the top layer',
    ({ blame }) =>
      blame === null
        ? '– (gates: see below)'
        : `weights × ${digits(blame.weights)}, slopes × ${digits(blame.saturation)}`,
  ],
  ['largest Lyapunov exponent', ({ lyapunov }) => `${digits(lyapunov[0])} nats a step`],
  ['spectral radius ρ(Whh), top layer', ({ spectralRadius }) => digits(spectralRadius)],
  ['largest singular value σ(Whh), top layer', ({ largestSingularValue }) => digits(largestSingularValue)],
  ['mean slope of the nonlinearity', ({ saturation }) => digits(saturation.meanDerivative)],
  ['flat slopes (|tanh| > 0.99, ReLU off)', ({ saturation }) => percentage(saturation.shareFlat)],
  [
    '|h| above 0.9 / above 0.99',
    ({ saturation }) => `${percentage(saturation.shareAbove90)} / ${percentage(saturation.shareAbove99)}`,
  ],
  ['stuck units / dead units', ({ saturation }) => `${saturation.stuckUnits} / ${saturation.deadUnits}`],
  ['gradient check', formatCheck],
];

const steps = (value: number | null): string =>
  value === null ? 'none within the lags' : `${digits(value)} steps`;

const rows = (subjects: Subjects): string[][] =>
  FIGURES.map(([name, of]) => [name, ...subjects.map(({ inspection }) => of(inspection))]);
