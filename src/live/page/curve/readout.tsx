import { digits, grouped, percent } from '../../../report/numbers.ts';
import type { RunRecord } from '../../protocol.ts';
import { Scroll } from '../scroll.tsx';
import { colorOf, trainingColorOf, validationColorOf } from './colors.ts';
import { bits } from './figures.ts';
import { firstAtLeast } from './lines.ts';
import type { RunLines } from './run-lines.ts';
import { words } from './words.ts';

/** What stands at the cursor of a run. */
export interface Values {
  step: number;
  training: number | null;
  smoothed: number | null;
  /** of the last evaluation at the cursor or before it */
  validation: number | null;
  learningRate: number | null;
  gradientNorm: number | null;
  clipRate: number | null;
}

/** @param characters where the cursor is */
export function valuesAt(run: RunRecord, lines: RunLines, characters: number): Values {
  const before = ({ x, y }: RunLines['raw']) => {
    const i = firstAtLeast(x, characters + 1) - 1;
    return finite(y[i]);
  };
  return {
    step: Math.min(run.step, Math.floor(characters / run.charactersPerStep)),
    training: before(lines.raw),
    smoothed: before(lines.smooth),
    validation: before(lines.validation),
    learningRate: before(lines.learningRate),
    gradientNorm: before(lines.gradientNorm),
    clipRate: before(lines.clipRate),
  };
}

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;

/** The values as one sentence, for those who do not see the curve. */
export function sentenceOf({
  step,
  training,
  smoothed,
  validation,
  learningRate,
  gradientNorm,
  clipRate,
}: Values): string {
  const { value, ...w } = words.value;
  return [
    value(w.step, grouped(step)),
    value(w.training, bits(training)),
    value(w.smoothed, bits(smoothed)),
    value(w.validation, bits(validation)),
    value(w.learningRate, digits(learningRate)),
    value(w.gradientNorm, digits(gradientNorm)),
    value(w.clipRate, clipRate === null ? '–' : percent(clipRate)),
  ].join(', ');
}

/** A row a run; names and marks of the lines serve as the legend. */
export const Readout = ({
  runs,
  lines,
  characters,
}: {
  runs: readonly RunRecord[];
  lines: readonly RunLines[];
  characters: number;
}) => {
  const w = words.value;
  const single = runs.length === 1;
  return (
    <Scroll label={w.figures}>
      <table class="readout">
        <thead>
          <tr>
            {!single && <th scope="col">{w.run}</th>}
            <th scope="col" class="number">
              {w.step}
            </th>
            <th scope="col" class="number">
              {single && <Mark color={trainingColorOf(runs[0]!)} kind="thin" />}
              {w.training}
            </th>
            <th scope="col" class="number">
              <Mark color={single ? trainingColorOf(runs[0]!) : '--ink'} kind="solid" />
              {w.smoothed}
            </th>
            <th scope="col" class="number">
              <Mark color={single ? validationColorOf(runs[0]!) : '--ink'} kind="dashed" />
              {w.validation}
            </th>
            <th scope="col" class="number">
              {w.learningRate}
            </th>
            <th scope="col" class="number">
              {w.gradientNorm}
            </th>
            <th scope="col" class="number">
              {w.clipRate}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, i) => (
            <Row key={run.id} run={run} values={valuesAt(run, lines[i]!, characters)} single={single} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
};

const Row = ({ run, values, single }: { run: RunRecord; values: Values; single: boolean }) => (
  <tr>
    {!single && (
      <th scope="row">
        <Mark color={colorOf(run)} kind="solid" />
        {run.id}
      </th>
    )}
    <td class="number">{grouped(values.step)}</td>
    <td class="number">{bits(values.training)}</td>
    <td class="number">{bits(values.smoothed)}</td>
    <td class="number">{bits(values.validation)}</td>
    <td class="number">{digits(values.learningRate)}</td>
    <td class="number">{digits(values.gradientNorm)}</td>
    <td class="number">{values.clipRate === null ? '–' : percent(values.clipRate)}</td>
  </tr>
);

/** How a line looks. */
export const Mark = ({ color, kind }: { color: string; kind: 'thin' | 'solid' | 'dashed' }) => (
  <svg class={`mark ${kind}`} viewBox="0 0 24 8" aria-hidden="true" style={{ stroke: `var(${color})` }}>
    <path d="M1 4H23" />
  </svg>
);
