import { CELL_NAMES, type CellName } from '../../../config/index.ts';
import { CELL_ANALYSES, type GateStatistics, type LayerInspection } from '../../../inspect/index.ts';
import { digits, middle, percentage } from '../../numbers.ts';
import { chart, dots, rangeOf } from '../svg.ts';
import { dataTable, figures, legend, type Section, section } from './parts.ts';
import { layersOf, type Subjects, seriesOf } from './subject.ts';

/** The value of each cell with its name; empty where it is null. */
const eachCell = (tell: (cell: (typeof CELL_ANALYSES)[CellName]) => string | null): string =>
  CELL_NAMES.map((name) => [tell(CELL_ANALYSES[name]), name])
    .filter(([told]) => told !== null)
    .map(([told, name]) => `${told} (${name})`)
    .join(', ');

export const saturationSection = (subjects: Subjects): Section =>
  section({
    id: 'saturation',
    title: 'Saturation of the states',
    body: `${legend(subjects)}${figures([{ title: 'Size of the states |h|, all layers', svg: histogram(subjects) }])}
${dataTable(
  'Saturation',
  {
    first: 'layer',
    rest: ['|h| > 0.9', '|h| > 0.99', 'mean slope', 'flat slopes', 'stuck units', 'dead units'],
    subjects,
  },
  layersOf(subjects).map((layers, l) => [
    String(l),
    ...layers.flatMap((layer) => {
      const saturation = layer?.saturation;
      return [
        percentage(saturation?.shareAbove90),
        percentage(saturation?.shareAbove99),
        digits(saturation?.meanDerivative),
        percentage(saturation?.shareFlat),
        digits(saturation?.stuckUnits),
        digits(saturation?.deadUnits),
      ];
    }),
  ]),
)}`,
    what: `How large the states are, over all units and steps, and how steep the nonlinearity is that makes them, since every step back
multiplies by its slope: of tanh ${eachCell(({ slope }) => slope.replace('-', ' − '))}; at 0.9 that is 0.19, at 0.99 only
0.02, which counts as flat. The slope of a ReLU is 1 where it is on and 0 where it is off: its mean is the share that is on.
A stuck unit is flat in more than 95 % of all steps; a dead one hardly moves, or is a ReLU that is never on.`,
    source: 'Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078) plot saturation in the same way',
  });

function histogram(subjects: Subjects): string {
  const histograms = subjects.map(({ inspection: { saturation } }) => saturation);
  const [, top] = rangeOf([0, ...histograms.flatMap(({ histogram }) => histogram)]);
  const largest = Math.max(...histograms.map(({ histogramTop }) => histogramTop));
  return chart(
    {
      x: { range: [0, largest], label: '|h|' },
      y: { range: [0, top], label: 'fraction of all states', format: (value) => `${digits(value * 100)} %` },
      summary: `Histogram of |h| in ten bins: ${subjects.map(({ name }, i) => `${name}, up to ${digits(histograms[i]!.histogramTop)}: ${histograms[i]!.histogram.map(percentage).join(', ')}`).join('; ')}`,
    },
    (px, py) =>
      histograms
        .flatMap(({ histogram, histogramTop }, i) => {
          const bin = histogramTop / histogram.length;
          const width = (0.88 * bin) / subjects.length;
          return histogram.map((share, n) => {
            const x = (n + 0.06) * bin + i * width;
            return `<path class="bar ${seriesOf(i)}" d="M${px(x)} ${py(0)}V${py(share)}H${px(x + width)}V${py(0)}z"/>`;
          });
        })
        .join(''),
  );
}

/** Nothing for a cell without gates. */
export function gateSection(subjects: Subjects): Section | undefined {
  const gates = byLayerAndGate(subjects);
  if (gates.length === 0) return undefined;
  return section({
    id: 'gates',
    title: 'Gates',
    body: `${legend(subjects)}${figures(
      gates.map(({ title, of }) => ({ title, svg: scatter(title, of) })),
      'small',
    )}
${dataTable(
  'Gates over all units',
  { first: 'gate', rest: ['mean', 'below 0.1', 'above 0.9'], subjects },
  gates.map(({ title, of }) => [
    title,
    ...of.flatMap((gate) => [digits(gate?.mean), percentage(gate?.low), percentage(gate?.high)]),
  ]),
)}`,
    what: `Each point is a unit: how much of the time its gate is nearly closed (below 0.1, to the right) and nearly open (above 0.9,
upwards). A unit at the top left of the forget gate keeps what it has; at the lower right it is emptied all the time; near the origin the
gate is never decided.`,
    source: 'Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078)',
  });
}

function byLayerAndGate(subjects: Subjects): { title: string; of: (GateStatistics | undefined)[] }[] {
  return layersOf(subjects).flatMap((layers, l) => {
    const names = new Set(layers.flatMap((layer) => layer?.gates.map(({ gate }) => gate) ?? []));
    return [...names].map((name) => ({
      title: `Layer ${l}, gate ${name}`,
      of: layers.map((layer) => layer?.gates.find(({ gate }) => gate === name)),
    }));
  });
}

const scatter = (title: string, of: readonly (GateStatistics | undefined)[]): string =>
  chart(
    {
      shape: 'square',
      x: { range: [-0.03, 1.03], label: 'fraction of time below 0.1' },
      y: { range: [-0.03, 1.03], label: 'fraction of time above 0.9' },
      summary: `${title}: ${of.map((gate) => (gate ? `${gate.units.length} units, mean ${digits(gate.mean)}` : 'none')).join('; ')}`,
    },
    (px, py) =>
      of
        .map((gate, i) =>
          dots(
            (gate?.units ?? []).map(({ low, high }) => [low, high] as const),
            px,
            py,
            seriesOf(i),
          ),
        )
        .join(''),
  );

/** Nothing for a cell without a path of its own. */
export function pathSection(subjects: Subjects): Section | undefined {
  const layers = layersOf(subjects).map((each) => each.map((layer) => layer?.cellPath ?? null));
  if (layers.flat().every((path) => path === null)) return undefined;
  return section({
    id: 'timescales',
    title: 'How long units remember',
    body: `${legend(subjects)}${figures(layers.map((paths, l) => ({ title: `Layer ${l}`, svg: timescales(subjects, paths, l) })))}
${dataTable(
  'The weight-free path',
  {
    first: 'layer',
    rest: ['gate', 'kept a step', 'longest, steps', 'median, steps', 'forever, units'],
    subjects,
  },
  layers.map((paths, l) => [
    String(l),
    ...paths.flatMap((path) => {
      if (path === null) return ['–', '–', '–', '–', '–'];
      const { timescales: all } = path;
      const finite = all.filter((value) => value !== null);
      const median = middle(all);
      return [
        path.gate,
        digits(path.keptPerStep),
        digits(finite[0]),
        median === null ? 'forever' : digits(median),
        String(all.length - finite.length),
      ];
    }),
  ]),
)}`,
    what: `From one step to the next what a unit keeps is multiplied by its gate alone, without any weight: by
${eachCell(({ keptBy }) => keptBy && `diag(${keptBy}<sub>t</sub>)`)}. A unit whose gate is f on average forgets by e in T = −1/ln f steps. The
marked line is the window of training: units above it were never taught over their full reach.`,
    source: 'Tallec &amp; Ollivier 2018 (arXiv 1804.11188); Mahto et al. 2020 (arXiv 2009.12727)',
  });
}

function timescales(subjects: Subjects, paths: readonly LayerInspection['cellPath'][], l: number): string {
  const most = Math.max(1, ...paths.map((path) => path?.timescales.length ?? 0));
  const windows = subjects.map(({ inspection }) => inspection.seqLength);
  const logs = paths
    .flatMap((path) => path?.timescales ?? [])
    .filter((value) => value !== null && value > 0)
    .map((value) => Math.log10(value!));
  const [from, top] = rangeOf([...windows.map(Math.log10), ...logs]);
  const forEver = top + (top - from) * 0.08;
  const powers = Array.from({ length: 13 }, (_, i) => i - 3).filter((power) => power >= from && power <= top);
  return chart(
    {
      x: { range: [0, most + 1], label: 'unit, longest first' },
      y: {
        range: [from, forEver + (top - from) * 0.05],
        label: 'timescale T, steps',
        ticks: [...powers, forEver],
        format: (log) => (log === forEver ? 'forever' : String(10 ** log)),
      },
      summary: `Layer ${l}: ${paths.map((path) => (path ? `gate ${path.gate}, the longest timescale is ${path.timescales[0] === null ? 'forever' : `${digits(path.timescales[0])} steps`}` : 'no gates')).join('; ')}`,
    },
    (px, py) =>
      windows
        .map((window, i) => `<path class="line thin ${seriesOf(i)}" d="M0 ${py(Math.log10(window))}H1000"/>`)
        .join('') +
      paths
        .map((path, i) =>
          dots(
            (path?.timescales ?? []).map(
              (value, j) => [j + 1, value === null ? forEver : Math.log10(value)] as const,
            ),
            px,
            py,
            seriesOf(i),
          ),
        )
        .join(''),
  );
}
