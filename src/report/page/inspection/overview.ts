import { type Answers, type Inspection, predictionFault, QUESTIONS } from '../../../inspect/index.ts';
import { FLOW_DEFINITIONS } from '../../../vanishing.ts';
import { harmlessLine } from '../../escape.ts';
import { digits, grouped, percentage } from '../../numbers.ts';
import { ORDER as ANSWERS, comparisonOf, modelText } from '../../terminal/answers.ts';
import { formatCheck } from '../../terminal/gradient-check.ts';
import { horizonText } from '../../terminal/horizon.ts';
import { escapeHtml } from '../document.ts';
import { dataTable, type Section } from './parts.ts';
import type { PageSubject, Subjects } from './subject.ts';

/** The three answers first, then what was measured. */
export function overview(subjects: Subjects): string {
  const comparison: Partial<Record<keyof Answers, { text: string }>> = comparisonOf(subjects);
  return `
<div class="answers">${ANSWERS.map((key, i) => question(subjects, key, i + 1, comparison[key]?.text)).join('\n')}</div>
<div class="models">${subjects.map(model).join('\n')}</div>`;
}

/** The main figures in one table, for who has seen the curve. */
export const figuresSection = (subjects: Subjects): Section => ({
  id: 'figures',
  title: 'Main figures',
  html: `
<section id="figures" aria-labelledby="figures-title">
<h2 id="figures-title">Main figures</h2>
${dataTable('Figures of the whole text', { first: 'figure', rest: ['value'], subjects }, rows(subjects))}
</section>`,
});

const EXPLAINED: Record<keyof Answers, string> = {
  travel: `Of the network's steps alone, whatever the loss: largest singular values of products of Jacobians. <em>Vanishing</em> means that
${FLOW_DEFINITIONS.vanishing}, <em>exploding</em> that ${FLOW_DEFINITIONS.exploding}.`,
  loss: `Of single losses of this text. A model that knows the answer sends no gradient for it, so this does not say how good it is.`,
  past: `Without gradients: what is lost when another part of the text stands before the last characters.`,
};

function question(subjects: Subjects, key: keyof Answers, number: number, difference?: string): string {
  const answers = subjects.map(({ name, inspection }) => {
    const who = subjects.length > 1 ? `<b>${escapeHtml(name)}:</b> ` : '';
    return `<p>${who}${escapeHtml(harmlessLine(inspection.answers[key].text))}.</p>`;
  });
  const compared =
    difference === undefined ? '' : `<p><strong>${escapeHtml(harmlessLine(difference))}.</strong></p>`;
  return `<article class="answer" id="answer-${key}">
<h2>${number}. ${QUESTIONS[key]}</h2>
${answers.join('\n')}${compared}
<p class="quiet">${EXPLAINED[key]}</p>
</article>`;
}

function model({ name, inspection }: PageSubject): string {
  const { parameters, measuredOn, seqLength } = inspection;
  const { text, characters, charactersRead, anchors, warmUp, precision, rngSeed } = measuredOn;
  const fault = predictionFault(inspection);
  return `<p class="quiet">${escapeHtml(name)}: ${modelText(inspection)}, ${grouped(parameters)} parameters, trained with windows of ${seqLength}
characters.${fault === null ? '' : ` <strong>${fault}</strong>`} Measured at ${grouped(anchors)} anchors in ${grouped(characters)} characters of
${escapeHtml(harmlessLine(text))} (states on the first ${grouped(charactersRead)}; ${grouped(inspection.horizon.places)} places for the past),
${grouped(warmUp)} characters of warm-up, ${precision}, seed ${rngSeed}.</p>`;
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
  ['past replaced by other text', ({ horizon }) => horizonText(horizon.replaced)],
  ['past cut off', ({ horizon }) => horizonText(horizon.cut)],
  [
    'factors of a step in the top layer',
    ({ stepFactors }) =>
      stepFactors === null
        ? '– (gates: see below)'
        : `weights × ${digits(stepFactors.weights)}, slopes × ${digits(stepFactors.saturation)}`,
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
