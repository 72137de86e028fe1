import { CELL_NAMES, type CellName } from '../../../config/index.ts';
import { CELL_ANALYSES, type GateStatistics, type LayerInspection } from '../../../inspect/index.ts';
import { digits, middle, percentage } from '../../numbers.ts';
import { type Bilingual, both } from '../languages.ts';
import { chart, dots, rangeOf } from '../svg.ts';
import { figures, legend, numbers, type Section, section } from './parts.ts';
import { each, said, titled } from './phrases.ts';
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
    title: both('Saturation of the states', '상태의 포화'),
    body: `${legend(subjects)}${figures([{ title: { en: 'Size of the states |h|, all layers', ko: '상태의 크기 |h|, 모든 층' }, svg: histogram(subjects) }])}
${numbers(
  { en: 'Saturation', ko: '포화' },
  {
    first: { en: 'layer', ko: '층' },
    rest: [
      '|h| > 0.9',
      '|h| > 0.99',
      { en: 'mean slope', ko: '평균 기울기' },
      { en: 'flat slopes', ko: '평평한 비율' },
      { en: 'stuck units', ko: '굳은 유닛' },
      { en: 'dead units', ko: '죽은 유닛' },
    ],
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
    what: both(
      `How large the states are, over all units and steps, and how steep the nonlinearity is that makes them, since every step back
multiplies by its slope: of tanh ${eachCell(({ slope }) => slope.replace('-', ' − '))}; at 0.9 that is 0.19, at 0.99 only
0.02, which counts as flat. The slope of a ReLU is 1 where it is on and 0 where it is off: its mean is the share that is on.
A stuck unit is flat in more than 95 % of all steps; a dead one hardly moves, or is a ReLU that is never on.`,
      `모든 유닛과 단계에서 상태가 얼마나 큰지, 상태를 만드는 비선형 함수가 얼마나 가파른지 보여 줍니다. 한 단계 거슬러 갈 때마다 그 기울기가 곱해지기 때문입니다. tanh의 기울기는 ${eachCell(({ slope }) => slope.replace('-', ' − '))}이고, 0.9에서는 0.19, 0.99에서는 0.02뿐이므로 평평하다고 봅니다. ReLU의 기울기는 켜져 있으면 1, 꺼져 있으면 0이므로 그 평균은 켜진 비율입니다. 굳은 유닛은 모든 단계의 95 %보다 많은 곳에서 평평하고, 죽은 유닛은 거의 움직이지 않거나 한 번도 켜지지 않는 ReLU입니다.`,
    ),
    source: both(
      'Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078) plot saturation in the same way',
      'Karpathy, Johnson &amp; Li 2015(arXiv 1506.02078)도 포화를 이렇게 그립니다',
    ),
  });

function histogram(subjects: Subjects): string {
  const histograms = subjects.map(({ inspection: { saturation } }) => saturation);
  const [, top] = rangeOf([0, ...histograms.flatMap(({ histogram }) => histogram)]);
  const largest = Math.max(...histograms.map(({ histogramTop }) => histogramTop));
  return chart(
    {
      x: { range: [0, largest], label: '|h|' },
      y: {
        range: [0, top],
        label: { en: 'fraction of all states', ko: '모든 상태 가운데 비율' },
        format: (value) => `${digits(value * 100)} %`,
      },
      summary: said((words) =>
        words.histogram(
          each(subjects, ({ name, inspection }) => words.histogramOf(name, inspection.saturation)),
        ),
      ),
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
    title: both('Gates', '게이트'),
    body: `${legend(subjects)}${figures(
      gates.map(({ title, of }) => ({ title, svg: scatter(title, of) })),
      'small',
    )}
${numbers(
  { en: 'Gates over all units', ko: '모든 유닛의 게이트' },
  {
    first: { en: 'gate', ko: '게이트' },
    rest: [
      { en: 'mean', ko: '평균' },
      { en: 'below 0.1', ko: '0.1보다 작음' },
      { en: 'above 0.9', ko: '0.9보다 큼' },
    ],
    subjects,
  },
  gates.map(({ title, of }) => [
    title,
    ...of.flatMap((gate) => [digits(gate?.mean), percentage(gate?.low), percentage(gate?.high)]),
  ]),
)}`,
    what: both(
      `Each point is a unit: how much of the time its gate is nearly closed (below 0.1, to the right) and nearly open (above 0.9,
upwards). A unit at the top left of the forget gate keeps what it has; at the lower right it is emptied all the time; near the origin the
gate is never decided.`,
      `점 하나가 유닛 하나입니다. 게이트가 거의 닫혀 있는(0.1보다 작은) 시간의 비율은 오른쪽으로, 거의 열려 있는(0.9보다 큰) 시간의 비율은 위로 커집니다. 망각 게이트의 왼쪽 위에 있는 유닛은 가진 것을 지키고, 오른쪽 아래에 있는 유닛은 늘 비워집니다. 원점 근처에서는 게이트가 결정을 내리지 않습니다.`,
    ),
    source: 'Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078)',
  });
}

function byLayerAndGate(subjects: Subjects): { title: Bilingual; of: (GateStatistics | undefined)[] }[] {
  return layersOf(subjects).flatMap((layers, l) => {
    const names = new Set(layers.flatMap((layer) => layer?.gates.map(({ gate }) => gate) ?? []));
    return [...names].map((name) => ({
      title: said((words) => words.gate(l, name)),
      of: layers.map((layer) => layer?.gates.find(({ gate }) => gate === name)),
    }));
  });
}

const scatter = (title: Bilingual, of: readonly (GateStatistics | undefined)[]): string =>
  chart(
    {
      shape: 'square',
      x: {
        range: [-0.03, 1.03],
        label: { en: 'fraction of time below 0.1', ko: '0.1보다 작은 시간의 비율' },
      },
      y: { range: [-0.03, 1.03], label: { en: 'fraction of time above 0.9', ko: '0.9보다 큰 시간의 비율' } },
      summary: titled(title, (words) => each(of, (gate) => (gate ? words.gateUnits(gate) : words.none))),
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
    title: both('How long units remember', '유닛이 기억하는 시간'),
    body: `${legend(subjects)}${figures(layers.map((paths, l) => ({ title: said((words) => words.layer(l)), svg: timescales(subjects, paths, l) })))}
${numbers(
  { en: 'The weight-free path', ko: '가중치가 없는 길' },
  {
    first: { en: 'layer', ko: '층' },
    rest: [
      { en: 'gate', ko: '게이트' },
      { en: 'kept a step', ko: '단계마다 남음' },
      { en: 'longest, steps', ko: '가장 긴 단계' },
      { en: 'median, steps', ko: '중앙값 단계' },
      { en: 'forever, units', ko: '영원한 유닛' },
    ],
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
        median === null ? said(({ forever }) => forever) : digits(median),
        String(all.length - finite.length),
      ];
    }),
  ]),
)}`,
    what: both(
      `From one step to the next what a unit keeps is multiplied by its gate alone, without any weight: by
${eachCell(({ keptBy }) => keptBy && `diag(${keptBy}<sub>t</sub>)`)}. A unit whose gate is f on average forgets by e in T = −1/ln f steps. The
marked line is the window of training: units above it were never taught over their full reach.`,
      `한 단계에서 다음 단계로 유닛이 지키는 것에는 가중치 없이 게이트만 곱해집니다. ${eachCell(({ keptBy }) => keptBy && `diag(${keptBy}<sub>t</sub>)`)}입니다. 게이트가 평균 f인 유닛은 T = −1/ln f단계마다 e배로 잊습니다. 표시된 선은 학습의 창입니다. 그 위에 있는 유닛은 자기가 닿는 거리만큼 배운 적이 없습니다.`,
    ),
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
      x: { range: [0, most + 1], label: { en: 'unit, longest first', ko: '유닛, 긴 것부터' } },
      y: {
        range: [from, forEver + (top - from) * 0.05],
        label: { en: 'timescale T, steps', ko: '시간 척도 T, 단계' },
        ticks: [...powers, forEver],
        format: (log) => (log === forEver ? said(({ forever }) => forever) : String(10 ** log)),
      },
      summary: said(
        (words) =>
          `${words.layer(l)}: ${each(paths, (path) => (path ? words.timescale(path) : words.noGates))}`,
      ),
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
