import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { digits } from '../../../report/numbers.ts';
import type { RunRecord } from '../../protocol.ts';
import { chosen } from '../cursor.ts';
import { language } from '../language.ts';
import { trainingColorOf } from './colors.ts';
import { cursorOptions, interactionHooks } from './interaction.ts';
import { extent, thinned } from './lines.ts';
import type { Range } from './look.ts';
import { AXIS_WIDTH, axis, color, drawing, Plot, RIGHT, upright } from './plot.tsx';
import type { RunLines } from './run-lines.ts';
import { words } from './words.ts';

const STRIPS = ['learningRate', 'gradientNorm', 'clipRate'] as const;
type Name = (typeof STRIPS)[number];
const HEIGHT = 64;

interface Props {
  runs: readonly RunRecord[];
  lines: readonly RunLines[];
  seen: Range;
  width: number;
}

/** Thin charts below the losses, over the same characters. */
export const Strips = (props: Props) => (
  <div class="strips">
    {STRIPS.filter((name) => props.lines.some((lines) => lines[name].x.length > 0)).map((name) => (
      <figure key={name}>
        <figcaption>{words.value[name]}</figcaption>
        <Strip name={name} {...props} />
      </figure>
    ))}
  </div>
);

function Strip({ name, runs, lines, seen, width }: Props & { name: Name }) {
  const main = runs[0]!;
  const now = useRef({ seen, range: [0, 1] as Range, main });
  now.current = { seen, range: rangeOf(name, lines, seen), main };
  const data = useMemo(() => {
    const columns = Math.max(50, width - AXIS_WIDTH);
    const tables = lines.map((of) => Object.values(thinned(of[name], ...seen, columns)) as uPlot.AlignedData);
    return uPlot.join(tables);
  }, [lines, ...seen, width]);
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    legend: { show: false },
    cursor: cursorOptions(),
    padding: [16, RIGHT, 6, 0],
    scales: {
      x: { time: false, range: () => [...now.current.seen] },
      y: { range: () => [...now.current.range], ...(name === 'gradientNorm' && { distr: 3 }) },
    },
    axes: [
      { show: false },
      {
        ...axis(),
        size: AXIS_WIDTH,
        space: 18,
        splits: () => ticksOf(now.current.range, name),
        filter: (_, all) => all,
        values: (_, all) =>
          all.map((value) => (name === 'clipRate' ? `${Math.round(100 * value)} %` : digits(value))),
      },
    ],
    series: [
      {},
      ...runs.map((run) => ({
        stroke: () => color(trainingColorOf(run)),
        width: 1,
        points: { show: false },
        spanGaps: true,
      })),
    ],
    hooks: { ...interactionHooks(), draw: [(u) => drawMarks(u, now.current.main, name)] },
  });
  return (
    <Plot
      width={width}
      height={HEIGHT}
      data={data}
      options={options}
      shape={`${language.value} ${runs.map(({ id }) => id)}`}
      marks={[chosen.value, main.rateChanges]}
    />
  );
}

/** The two ends of a strip's scale. */
const ticksOf = ([low, high]: Range, name: Name): number[] =>
  name === 'gradientNorm' ? [low, high] : [0, high];

function rangeOf(name: Name, lines: readonly RunLines[], seen: Range): Range {
  if (name === 'clipRate') return [0, 1];
  const ends = lines.flatMap((of) => extent(of[name], ...seen) ?? []);
  if (ends.length === 0) return name === 'gradientNorm' ? [0.1, 1] : [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (name === 'learningRate') return [0, high || 1];
  return [Math.max(low, 1e-6) / 1.2, Math.max(high, 1e-6) * 1.2];
}

function drawMarks(u: uPlot, run: RunRecord, name: Name): void {
  const at = (step: number) => step * run.charactersPerStep;
  for (const { step } of run.rateChanges) upright(u, at(step), '--violet', 1.5, [4, 4]);
  if (name === 'learningRate')
    drawing(u, (ctx, pixel) => {
      ctx.textAlign = 'right';
      ctx.textBaseline = 'alphabetic';
      ctx.fillStyle = color('--violet');
      const baseline = u.bbox.top + u.bbox.height - 4 * pixel;
      for (const { step, factor } of run.rateChanges)
        ctx.fillText(`×${factor}`, u.valToPos(at(step), 'x', true) - 4 * pixel, baseline);
    });
  if (chosen.value !== null) upright(u, at(chosen.value), '--ink', 1.5);
}
