import type { SweepDefinition } from '../../../sweep/index.ts';
import {
  bestTrial,
  byConfiguration,
  commandOf,
  describeTrial,
  type TrialRecord,
} from '../../../sweep/index.ts';
import { clientScript } from '../../built.ts';
import { harmlessLine } from '../../escape.ts';
import { bpc, grouped } from '../../numbers.ts';
import { meanText, tally } from '../../terminal/sweep.ts';
import { escapeHtml, htmlPage, scriptData } from '../document.ts';
import { dataTable, figures, section } from '../inspection/parts.ts';
import { toolBar } from '../look.ts';
import { bestSoFar, curves } from './curves.ts';
import type { SweepData } from './data.ts';
import { parallelCoordinates } from './parallel.ts';
import { STYLE } from './style.ts';

/** The page of a sweep: which configuration is best, how the trials went, and what each of them was. */
export function sweepPage(
  title: string,
  definition: SweepDefinition,
  trials: readonly TrialRecord[],
): string {
  const name = harmlessLine(title);
  const measured = trials.filter(({ best }) => best !== null);
  const data: SweepData = trials.map((trial) => ({
    number: trial.number,
    text: `Trial ${trial.number}: ${outcome(trial)} (${describeTrial(trial)})`,
    command: commandOf(definition, trial),
  }));
  return htmlPage({
    title: `Sweep ${name}`,
    language: 'en',
    style: STYLE,
    script: clientScript('sweep'),
    body: `${toolBar(escapeHtml(name), 'en')}
<h1>Sweep ${escapeHtml(name)}</h1>
<p>${tally(trials)}.</p>
${answer(definition, trials)}
${measured.length === 0 ? '' : sections(definition, trials)}
<script type="application/json" id="sweep-data">${scriptData(data)}</script>`,
  });
}

function outcome({ state, step, steps, best, error }: TrialRecord): string {
  const loss = best === null ? 'nothing measured' : `${bpc(best.bpc)} bpc at step ${grouped(best.step)}`;
  const how = {
    finished: `finished after ${grouped(step)} steps`,
    stopped: `stopped early at step ${grouped(step)} of ${grouped(steps)}`,
    failed: `failed: ${harmlessLine(error ?? '')}`,
    unfinished: `saved at step ${grouped(step)} of ${grouped(steps)}`,
    waiting: 'not begun',
  }[state];
  return `${loss}, ${how}`;
}

function answer(definition: SweepDefinition, trials: readonly TrialRecord[]): string {
  const best = bestTrial(trials);
  if (!best) return '<p>No trial has measured anything yet.</p>';
  return `<article class="answer"><h2>The best: ${bpc(best.best!.bpc)} bits per character</h2>
<p>Trial ${best.number}: ${escapeHtml(describeTrial(best))}.</p>
<p><code>${escapeHtml(commandOf(definition, best))}</code></p></article>`;
}

function sections(definition: SweepDefinition, trials: readonly TrialRecord[]): string {
  return [
    section({
      id: 'configurations',
      title: 'Configurations',
      body: configurations(definition, trials),
      what: `The lowest loss of each trial, in bits per character: its mean over the seeds of a configuration, ± the standard
deviation (n − 1). Only trials that finished count, so that early stopping flatters none. Two configurations whose means are closer than these deviations are not told apart.`,
      source: 'Henderson et al. 2018 (arXiv 1709.06560) on how much seeds matter',
    }),
    section({
      id: 'parallel',
      title: 'What good trials have in common',
      body: `${LEGEND}${parallelCoordinates(definition, trials)}${READOUT}`,
      what: `Parallel coordinates: each line is a trial, which crosses each axis at its value. Point at a line, or choose a trial
in the table below, to see it everywhere.`,
      source: 'Inselberg 1985, The plane with parallel coordinates',
    }),
    section({
      id: 'curves',
      title: 'How the trials went',
      body: figures([
        { title: 'Loss over the run', svg: curves(trials) },
        { title: 'The best so far, as trials ended', svg: bestSoFar(trials) },
      ]),
      what: `Left: what each trial measured on the validation text (on the training text, where there is none). The worst twentieth of
the evaluations is cut off. Right: a dot for each trial, and the lowest loss of all until then.`,
      source: 'rnn train, its evaluations every --eval-every steps',
    }),
    section({
      id: 'trials',
      title: 'All trials',
      body: trialTable(definition, trials),
      what: 'What trials differ in. A trial that was stopped early keeps its checkpoint.',
      source: 'results.csv beside this page',
    }),
  ]
    .map(({ html }) => html)
    .join('\n');
}

const LEGEND = `<ul class="legend">${['best fifth', 'second', 'third', 'fourth', 'worst fifth']
  .map(
    (what, q) =>
      `<li><svg class="sample" viewBox="0 0 30 12" aria-hidden="true"><path class="line q${q}" d="M1 6H29"/></svg> ${what}</li>`,
  )
  .join('')}</ul>`;

const READOUT =
  '<p id="trial-readout" class="readout" aria-live="polite">The numbers stand in the tables; with JavaScript, point at a line.</p>';

const keysOf = ({ varied }: SweepDefinition): string[] => varied.map(({ key }) => key);

function configurations(definition: SweepDefinition, trials: readonly TrialRecord[]): string {
  const keys = keysOf(definition);
  const rows = byConfiguration(trials).map((result) => [
    String(result.configuration),
    ...keys.map((key) => String(result.settings[key])),
    result.mean === null ? '–' : meanText(result),
    `${result.finished} of ${result.trials}`,
  ]);
  const head = { first: 'configuration', rest: [...keys, 'bpc', 'finished'], subjects: [] };
  return dataTable('Configurations, the best first', head, rows);
}

/** As dataTable, with a button for each trial. */
function trialTable(definition: SweepDefinition, trials: readonly TrialRecord[]): string {
  const keys = keysOf(definition);
  const head = ['trial', ...keys, 'seed', 'bpc', 'state', 'steps'].map(
    (text) => `<th scope="col">${escapeHtml(text)}</th>`,
  );
  const rows = trials.map(({ number, settings, seed, best, state, step, steps }) => {
    const cells = [
      ...keys.map((key) => String(settings[key])),
      String(seed),
      bpc(best?.bpc ?? null),
      state,
      `${grouped(step)} of ${grouped(steps)}`,
    ].map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr><th scope="row"><button type="button" data-trial="${number}" aria-pressed="false">${number}</button></th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="trials-title"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}
