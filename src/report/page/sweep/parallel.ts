import type { SweepDefinition, TrialRecord, Value, Varied } from '../../../sweep/index.ts';
import { bpc, count, digits } from '../../numbers.ts';
import { escapeHtml } from '../document.ts';
import { niceTicks, rangeOf } from '../svg.ts';
import { ranks, worstFirst } from './ranks.ts';

/** An axis of the drawing: where a trial crosses it, from 0 (bottom) to 1, and what is written there. */
interface ParallelAxis {
  name: string;
  place: (trial: TrialRecord) => number;
  labels: readonly { place: number; text: string }[];
}

const [HEIGHT, TOP, BOTTOM, SIDE] = [340, 44, 16, 60];
/** Columns of one axis and of all together, at least. */
const [AXIS_WIDTH, LEAST_WIDTH] = [130, 640];
const MOST_LABELS = 9;

/** Each trial as a line over the settings that differ, and its loss. */
export function parallelCoordinates(definition: SweepDefinition, trials: readonly TrialRecord[]): string {
  const drawn = worstFirst(trials);
  const axes = [...definition.varied.map(settingAxis), lossAxis(drawn)];
  const width = Math.max(LEAST_WIDTH, AXIS_WIDTH * axes.length);
  const x = (i: number) =>
    axes.length === 1 ? width / 2 : Math.round(SIDE + (i * (width - 2 * SIDE)) / (axes.length - 1));
  const y = (place: number) => Math.round((HEIGHT - BOTTOM - place * (HEIGHT - BOTTOM - TOP)) * 10) / 10;
  const classes = ranks(trials);
  const lines = drawn.map((trial) => {
    const points = axes.map((axis, i) => `${x(i)} ${y(axis.place(trial))}`);
    return `<g data-trial="${trial.number}"><path class="line ${classes.get(trial.number)}" d="M${points.join('L')}"/></g>`;
  });
  const summary = `${count(drawn.length, 'trial')} over ${axes.map(({ name }) => name).join(', ')}`;
  return `<div class="panel wide" tabindex="0" role="region" aria-label="Parallel coordinates">
<svg class="chart" viewBox="0 0 ${width} ${HEIGHT}" style="min-width: ${0.8 * width}px; max-width: ${1.5 * width}px" role="img" aria-label="${escapeHtml(summary)}">
${lines.join('\n')}
${axes.map((axis, i) => drawAxis(axis, x(i), y)).join('\n')}
</svg></div>`;
}

function drawAxis({ name, labels }: ParallelAxis, x: number, y: (place: number) => number): string {
  const marks = labels.map(
    ({ place, text }) =>
      `<path class="rule" d="M${x - 4} ${y(place)}h8"/><text class="value" x="${x + 7}" y="${y(place) + 4}">${escapeHtml(text)}</text>`,
  );
  return `<path class="rule" d="M${x} ${y(0)}V${y(1)}"/><text class="name" x="${x}" y="20" text-anchor="middle">${escapeHtml(name)}</text>${marks.join('')}`;
}

function settingAxis(one: Varied): ParallelAxis {
  const { key } = one;
  const own = ({ settings }: TrialRecord): Value => settings[key]!;
  if ('values' in one) {
    const { values } = one;
    const place = (value: Value) => (values.length === 1 ? 0.5 : values.indexOf(value) / (values.length - 1));
    const every = Math.ceil(values.length / MOST_LABELS);
    const labels = values
      .filter((_, i) => i % every === 0)
      .map((value) => ({ place: place(value), text: String(value) }));
    return { name: key, place: (trial) => place(own(trial)), labels };
  }
  const { min, max, log } = one;
  const at = (value: number) =>
    log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  const ticks = log ? logTicks(min, max) : [min, ...niceTicks([min, max]), max];
  const labels = [...new Set(ticks)].map((value) => ({ place: at(value), text: digits(value) }));
  return { name: key, place: (trial) => at(Number(own(trial))), labels: apart(labels) };
}

/** The ends and the powers of ten between them. */
function logTicks(min: number, max: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(min)), Math.floor(Math.log10(max))];
  const powers = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => Number(`1e${from + i}`));
  return [min, ...powers, max];
}

function lossAxis(trials: readonly TrialRecord[]): ParallelAxis {
  const [from, to] = rangeOf(trials.map(({ best }) => best!.bpc));
  const at = (value: number) => (value - from) / (to - from);
  const [best, worst] = [trials.at(-1), trials[0]].map((trial) => trial?.best?.bpc ?? 0);
  const labels = [best!, worst!, ...niceTicks([from, to])].map((value) => ({
    place: at(value),
    text: bpc(value),
  }));
  return { name: 'bpc', place: ({ best }) => at(best!.bpc), labels: apart(labels) };
}

/** Without those that would stand on one before them; the ends stay. */
function apart(labels: readonly { place: number; text: string }[]) {
  const last = labels.at(-1)!;
  const kept: { place: number; text: string }[] = [];
  for (const label of [labels[0]!, last, ...labels.slice(1, -1)])
    if (kept.every(({ place }) => Math.abs(place - label.place) > 0.06)) kept.push(label);
  return kept;
}
