import { escapeHtml } from '../../report/page/document.ts';
import { chart, line, niceTicks } from '../../report/page/svg.ts';
import { logRange } from '../../report/terminal/plot.ts';
import { type Block, figure } from '../blocks.ts';
import { rich } from './rich.ts';

type CurvesBlock = Extract<Block, { kind: 'curves' }>;

/** Colour and dashes of the curves; each says which it is without the other. */
const TONES = ['a', 'b', 'c', 'd'];

/** Curves over N on a logarithmic scale, with a legend. */
export function curvesHtml({ caption, series }: CurvesBlock): string {
  const { bottom, top } = logRange(
    series.flatMap(({ values }) => values.map((value) => ({ median: value, low: value, high: value }))),
  );
  const N = series[0]!.values.length;
  const ends = series.map(
    ({ name, values }) => `${name}: ${figure(values[0]!)} at N = 1, ${figure(values.at(-1)!)} at N = ${N}`,
  );
  const drawing = chart(
    {
      x: { range: [1, N], label: 'N', ticks: [1, ...niceTicks([1, N])] },
      y: {
        range: [bottom, top],
        label: '',
        ticks: niceTicks([bottom, top]).filter(Number.isInteger),
        format: (exponent) => `1e${exponent}`,
      },
      summary: `${caption}. ${ends.join('; ')}`,
    },
    (px, py) =>
      series
        .map(({ values }, i) => {
          const points = values.map((value, n) => [n + 1, Math.log10(value)] as const);
          return line(points, px, py, TONES[i % TONES.length]!);
        })
        .join(''),
  );
  const legend = series.map(
    ({ name }, i) =>
      `<li><svg class="sample" viewBox="0 0 44 12" aria-hidden="true"><path class="line ${TONES[i % TONES.length]}" d="M2 6H42"/></svg> ${escapeHtml(name)}</li>`,
  );
  return `<figure class="curves"><figcaption>${rich(caption)}</figcaption>${drawing}<ul class="legend">${legend.join('')}</ul></figure>`;
}
