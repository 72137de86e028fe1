import { useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { short } from '../../../report/numbers.ts';
import type { Level, RunRecord } from '../../protocol.ts';
import { chosen } from '../cursor.ts';
import { language } from '../language.ts';
import { trainingColorOf, validationColorOf } from './colors.ts';
import { cursorOptions, interactionHooks } from './interaction.ts';
import { extent, type Line, thinned } from './lines.ts';
import type { Range } from './look.ts';
import { AXIS_WIDTH, axis, color, drawing, LABEL, Plot, RIGHT, upright } from './plot.tsx';
import type { RunLines } from './run-lines.ts';
import { words } from './words.ts';

interface Props {
  runs: readonly RunRecord[];
  lines: readonly RunLines[];
  seen: Range;
  whole: Range;
  width: number;
  height: number;
}

/** Training and validation losses with the levels of simple models. */
export function Losses({ runs, lines, seen, whole, width, height }: Props) {
  const main = runs[0]!;
  const zoomed = seen[0] > whole[0] || seen[1] < whole[1];
  const y = rangeOf(lines, main.levels, seen, zoomed);
  // uPlot asks when it draws
  const now = useRef({ seen, y, main, runs });
  now.current = { seen, y, main, runs };
  const data = useMemo(() => {
    const columns = Math.max(50, width - AXIS_WIDTH);
    const thin = (line: Line) => Object.values(thinned(line, ...seen, columns)) as uPlot.AlignedData;
    const tables = lines.flatMap(({ raw, smooth, validation }, i) =>
      [...(i === 0 ? [raw] : []), smooth, validation].map(thin),
    );
    return uPlot.join(tables);
  }, [lines, ...seen, width]);
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    legend: { show: false },
    cursor: cursorOptions(),
    padding: [8, RIGHT, 0, 0],
    scales: {
      x: { time: false, range: () => [...now.current.seen] },
      y: { range: () => [...now.current.y] },
    },
    axes: [
      {
        ...axis(),
        size: 26,
        label: words.value.axis,
        labelSize: LABEL,
        space: 70,
        values: (_, all) => all.map(short),
      },
      { ...axis(), size: AXIS_WIDTH - LABEL, label: words.value.unit, labelSize: LABEL, space: 35 },
    ],
    series: [{}, ...now.current.runs.flatMap((run, i) => seriesOf(run, i === 0))],
    hooks: {
      ...interactionHooks(),
      drawAxes: [(u) => drawLevels(u, now.current.main.levels)],
      draw: [(u) => drawMarks(u, now.current.main)],
    },
  });
  return (
    <Plot
      width={width}
      height={height}
      data={data}
      options={options}
      shape={`${language.value} ${runs.map(({ id }) => id)}`}
      marks={[chosen.value, main.snapshots, main.rateChanges]}
    />
  );
}

/** A little more than what is seen; of the whole curve the levels too, and no more above them than a loss begins at. */
function rangeOf(lines: readonly RunLines[], levels: readonly Level[], seen: Range, zoomed: boolean): Range {
  const found = lines.flatMap(({ smooth, validation }) =>
    [smooth, validation].flatMap((line) => extent(line, ...seen) ?? []),
  );
  const known = zoomed ? found : [...found, ...levels.map(({ bpc }) => bpc)];
  if (known.length === 0) return [0, 1];
  const most = Math.max(...levels.map(({ bpc }) => bpc), 0.1) * HIGHEST;
  const [low, high] = [
    Math.min(...known),
    Math.min(Math.max(...known), Math.max(most, Math.min(...known) * HIGHEST)),
  ];
  const room = (high - low) * 0.06 || 0.1;
  return [Math.max(0, low - room), high + room];
}

/** A loss above the uniform level by this factor leaves the chart: a run that explodes should not flatten what was before. */
const HIGHEST = 1.3;

function seriesOf(run: RunRecord, isMain: boolean): uPlot.Series[] {
  const training = () => color(trainingColorOf(run));
  const validation = () => color(validationColorOf(run));
  const points = { show: false };
  return [
    ...(isMain ? [{ stroke: () => `${training()}55`, width: 1, points, spanGaps: true }] : []),
    { stroke: training, width: 2, points, spanGaps: true },
    {
      stroke: validation,
      width: 2,
      dash: [7, 4],
      spanGaps: true,
      points: { show: true, size: 5, fill: validation, stroke: validation, filter: sparse },
    },
  ];
}

/** Points of evaluations as long as they are apart. */
const sparse: uPlot.Series.Points.Filter = (u, index) => {
  const at = Array.from(u.data[index]!, (value, i) => (typeof value === 'number' ? i : -1)).filter(
    (i) => i >= 0,
  );
  return at.length * MARK < u.width ? at : [];
};
const MARK = 10;

function drawLevels(u: uPlot, levels: readonly Level[]): void {
  drawing(u, (ctx, pixel) => {
    ctx.strokeStyle = color('--quiet');
    ctx.lineWidth = pixel;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'alphabetic';
    const { left, top, width, height } = u.bbox;
    let lowest = Infinity;
    for (const { name, bpc } of levels.toSorted((a, b) => a.bpc - b.bpc)) {
      const y = u.valToPos(bpc, 'y', true);
      if (y < top || y > top + height) continue;
      ctx.setLineDash([2 * pixel, 4 * pixel]);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      // names do not lie on each other
      const baseline = Math.min(y - 4 * pixel, lowest - 13 * pixel);
      lowest = baseline;
      const text = `${words.value.levels[name]} ${bpc.toFixed(2)}`;
      const right = left + width - 6 * pixel;
      ctx.fillStyle = color('--panel');
      ctx.fillRect(
        right - ctx.measureText(text).width,
        baseline - 10 * pixel,
        ctx.measureText(text).width,
        13 * pixel,
      );
      ctx.fillStyle = color('--quiet');
      ctx.fillText(text, right, baseline);
    }
  });
}

/** Rates that were changed, snapshots along the bottom, and the cursor. */
function drawMarks(u: uPlot, run: RunRecord): void {
  const at = (step: number) => step * run.charactersPerStep;
  for (const { step } of run.rateChanges) upright(u, at(step), '--violet', 1.5, [4, 4]);
  drawing(u, (ctx, pixel) => {
    const bottom = u.bbox.top + u.bbox.height;
    ctx.fillStyle = color('--quiet');
    for (const { step } of run.snapshots) {
      const x = u.valToPos(at(step), 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bottom - 7 * pixel);
      ctx.lineTo(x + 4.5 * pixel, bottom);
      ctx.lineTo(x - 4.5 * pixel, bottom);
      ctx.fill();
    }
  });
  if (chosen.value !== null) upright(u, at(chosen.value), '--ink', 1.5);
}
