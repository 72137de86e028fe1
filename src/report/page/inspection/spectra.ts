import type { LayerInspection } from '../../../inspect/index.ts';
import { digits } from '../../numbers.ts';
import { type Bilingual, both } from '../languages.ts';
import { chart, dots, line, rangeOf } from '../svg.ts';
import { figures, legend, numbers, type Section, section, thinned } from './parts.ts';
import { each, said, titled } from './phrases.ts';
import { layersOf, type Subjects, seriesOf } from './subject.ts';

/** More lines than this make a fan no clearer. */
const FAN_LINES = 25;
/** e^−60 of the largest is nothing; what lies below leaves the chart. */
const FAN_NATS = 60;

/** One value of each subject, or undefined where it has none. */
type Of<T> = (T | undefined)[];

export function eigenvalueSection(subjects: Subjects): Section {
  const blocks = layersOf(subjects).flatMap((layers, l) => {
    const gates = [...new Set(layers.flatMap((layer) => layer?.recurrent.map(({ gate }) => gate) ?? []))];
    return gates.map((gate) => ({
      title: said((words) => words.block(l, gate)),
      spectra: layers.map((layer) => layer?.recurrent.find((spectrum) => spectrum.gate === gate)),
    }));
  });
  return section({
    id: 'eigenvalues',
    title: both('Eigenvalues of the recurrent weights', '되먹임 가중치의 고윳값'),
    body: `${legend(subjects)}${figures(
      blocks.map(({ title, spectra }) => ({ title, svg: complexPlane(title, spectra) })),
      'small',
    )}
${numbers(
  { en: 'Recurrent weights', ko: '되먹임 가중치' },
  {
    first: { en: 'block', ko: '블록' },
    rest: [
      { en: 'spectral radius ρ', ko: '스펙트럼 반지름 ρ' },
      { en: 'largest singular value σ', ko: '최대 특잇값 σ' },
      { en: 'departure from normality', ko: '정규성에서 벗어난 정도' },
    ],
    subjects,
  },
  blocks.map(({ title, spectra }) => [
    title,
    ...spectra.flatMap((s) => [
      digits(s?.spectralRadius),
      digits(s?.largestSingularValue),
      digits(s?.departure),
    ]),
  ]),
)}`,
    what: both(
      `The eigenvalues λ of each H × H block of Whh in the complex plane, with the unit circle. In a linear network λ<sup>k</sup>
would be all there is. <strong>For tanh a radius below 1 alone proves nothing:</strong> [[8, 8], [−8, −8]] has no eigenvalue but 0, and
with slopes of 1 and 3/4 it still doubles a gradient with every step. What is certain is σ<sub>max</sub> &lt; 1: then gradients must vanish.
The departure from normality √(‖W‖² − Σ|λ|²)/‖W‖ (0 to 1) says how little the eigenvalues tell.`,
      `Whh의 H × H 블록마다 고윳값 λ를 복소평면에 단위원과 함께 그렸습니다. 선형 신경망이라면 λ<sup>k</sup>가 전부입니다. <strong>tanh에서는 반지름이 1보다 작아도 그것만으로는 아무것도 증명되지 않습니다:</strong> [[8, 8], [−8, −8]]의 고윳값은 0뿐인데, 기울기 인자가 1과 3/4이면 한 단계마다 기울기를 두 배로 만듭니다. 확실한 것은 σ<sub>max</sub> &lt; 1이면 기울기가 반드시 사라진다는 것입니다. 정규성에서 벗어난 정도 √(‖W‖² − Σ|λ|²)/‖W‖(0에서 1)는 고윳값이 얼마나 적게 말해 주는지 나타냅니다.`,
    ),
    source: both(
      'Pascanu, Mikolov &amp; Bengio 2013 (arXiv 1211.5063; the published text, not its first version); Henrici 1962',
      'Pascanu, Mikolov &amp; Bengio 2013(arXiv 1211.5063, 첫 판이 아니라 출판된 글); Henrici 1962',
    ),
  });
}

function complexPlane(title: Bilingual, spectra: Of<LayerInspection['recurrent'][number]>): string {
  const all = spectra.flatMap((spectrum) => spectrum?.eigenvalues ?? []);
  const finite = all.flatMap(({ re, im }) => [Math.abs(re), Math.abs(im)]).filter(Number.isFinite);
  const reach = 1.1 * Math.max(1, ...finite);
  const axis = (label: Bilingual) => ({ range: [-reach, reach] as const, label });
  return chart(
    {
      shape: 'square',
      x: axis(said(({ axes }) => axes.real)),
      y: axis(said(({ axes }) => axes.imaginary)),
      summary: titled(title, (words) => each(spectra, (s) => (s ? words.spectrum(s) : words.none))),
    },
    (px, py) =>
      `<circle class="rule" cx="${px(0)}" cy="${py(0)}" r="${px(1) - px(0)}"/>` +
      spectra
        .map((spectrum, i) =>
          dots(
            (spectrum?.eigenvalues ?? []).map(({ re, im }) => [re, im] as const),
            px,
            py,
            seriesOf(i),
          ),
        )
        .join(''),
  );
}

export const fanSection = (subjects: Subjects): Section =>
  section({
    id: 'fan',
    title: both('How steps together stretch and shrink', '여러 단계가 함께 늘이고 줄이는 정도'),
    body: `${legend(subjects)}${figures(layersOf(subjects).map((layers, l) => ({ title: { en: `Layer ${l}: singular values over lag`, ko: `층 ${l}: 거슬러 간 단계에 따른 특잇값` }, svg: fan(layers, l) })))}
${layersOf(subjects)
  .map((layers, l) => {
    const lags = [
      ...new Set(layers.flatMap((layer) => layer?.singularValues.map(({ lag }) => lag) ?? [])),
    ].sort((a, b) => a - b);
    return numbers(
      { en: `singular values, layer ${l}`, ko: `특잇값, 층 ${l}` },
      {
        first: { en: 'lag', ko: '거슬러 간 단계' },
        rest: [
          { en: 'ln largest', ko: 'ln 최대' },
          { en: 'ln smallest', ko: 'ln 최소' },
          { en: 'ln condition', ko: 'ln 조건수' },
          { en: 'rank', ko: '계수' },
        ],
        subjects,
      },
      thinned(lags, 50).map((lag) => [
        String(lag),
        ...layers.flatMap((layer) => {
          const at = layer?.singularValues.find((row) => row.lag === lag);
          return [digits(at?.logs[0]), digits(at?.logs.at(-1)), digits(at?.logCondition), digits(at?.rank)];
        }),
      ]),
    );
  })
  .join('')}`,
    what: both(
      `The logarithms of the singular values σ<sub>i</sub> of the product of Jacobians M = J<sub>s</sub>·J<sub>s−1</sub>⋯J<sub>s−k+1</sub>,
with J<sub>t</sub> = ∂h<sub>t</sub>/∂h<sub>t−1</sub> = diag(f′<sub>t</sub>)·Whh (for an LSTM of h and c together): by which factors
directions of the state grow or shrink over k steps. Above 0 a direction grows. A wide fan means that the past reaches the loss in a few
directions only; its width is the condition number. A direction that is lost wholly, as to ReLUs that are off, has −∞ and is not drawn; what
is left is the rank. At most ${FAN_LINES} lines are drawn, down to ${FAN_NATS} nats below the highest.`,
      `야코비 행렬의 곱 M = J<sub>s</sub>·J<sub>s−1</sub>⋯J<sub>s−k+1</sub>의 특잇값 σ<sub>i</sub>의 로그입니다. J<sub>t</sub> = ∂h<sub>t</sub>/∂h<sub>t−1</sub> = diag(f′<sub>t</sub>)·Whh이고, LSTM에서는 h와 c를 함께 봅니다. k단계 동안 상태의 방향마다 몇 배로 커지거나 줄어드는지 보여 줍니다. 0보다 크면 커지는 방향입니다. 부채가 넓으면 과거가 몇 안 되는 방향으로만 손실에 닿습니다. 그 너비가 조건수입니다. 꺼진 ReLU처럼 완전히 사라진 방향은 −∞이므로 그리지 않고, 남은 수가 계수(rank)입니다. 선은 많아야 ${FAN_LINES}개, 가장 높은 것에서 ${FAN_NATS}nat 아래까지 그렸습니다.`,
    ),
    source: both(
      'Pascanu, Mikolov &amp; Bengio 2013, eq. 5; Engelken 2023 (arXiv 2312.17306)',
      'Pascanu, Mikolov &amp; Bengio 2013, 식 5; Engelken 2023(arXiv 2312.17306)',
    ),
  });

function fan(layers: Of<LayerInspection>, l: number): string {
  const rows = layers.map((layer) => layer?.singularValues ?? []);
  const logs = rows.flat().flatMap((row) => row.logs);
  const [lowest, highest] = [Math.min, Math.max].map((most) =>
    logs.filter(Number.isFinite).reduce((a, b) => most(a, b), 0),
  );
  const lags = rows.flat().map(({ lag }) => lag);
  return chart(
    {
      x: { range: [0, Math.max(1, ...lags)], label: { en: 'lag k: steps', ko: '단계 k' } },
      y: { range: rangeOf([Math.max(lowest!, highest! - FAN_NATS), highest!]), label: 'ln σ' },
      summary: said(
        (words) =>
          `${words.layer(l)}: ${each(rows, (row) => words.fan(row.at(-1)?.lag ?? 0, digits(row.at(-1)?.logs[0])))}`,
      ),
    },
    (px, py) =>
      `<path class="rule" d="M${px(0)} ${py(0)}H1000"/>` +
      rows
        .map((row, i) => {
          const count = Math.max(0, ...row.map((at) => at.logs.length));
          const shown = thinned(
            Array.from({ length: count }, (_, j) => j),
            FAN_LINES,
          );
          return shown
            .map((j) =>
              line(
                row.map((at) => [at.lag, at.logs[j] ?? null] as const),
                px,
                py,
                `thin ${seriesOf(i)}`,
              ),
            )
            .join('');
        })
        .join(''),
  );
}

export const lyapunovSection = (subjects: Subjects): Section =>
  section({
    id: 'lyapunov',
    title: both('Lyapunov exponents', '랴푸노프 지수'),
    body: `${legend(subjects)}${figures(layersOf(subjects).map((layers, l) => ({ title: said((words) => words.layer(l)), svg: exponents(layers, l) })))}
${layersOf(subjects)
  .map((layers, l) => {
    const most = Math.max(0, ...layers.map((layer) => layer?.lyapunov.exponents.length ?? 0));
    return numbers(
      { en: `Lyapunov exponents, layer ${l}`, ko: `랴푸노프 지수, 층 ${l}` },
      {
        first: { en: 'number', ko: '번호' },
        rest: [
          { en: 'nats a step', ko: '단계당 nat' },
          { en: 'spread', ko: '퍼짐' },
        ],
        subjects,
      },
      Array.from({ length: most }, (_, i) => [
        String(i + 1),
        ...layers.flatMap((layer) => [
          digits(layer?.lyapunov.exponents[i]),
          digits(layer?.lyapunov.spread[i]),
        ]),
      ]),
    );
  })
  .join('')}`,
    what: both(
      `The mean growth of each independent direction of the state, in nats a step, largest first: Q<sub>t</sub>R<sub>t</sub> =
J<sub>t</sub>Q<sub>t−1</sub>, λ<sub>i</sub> = mean ln |R<sub>t,ii</sub>|. Below 0 everything about the past is forgotten in time, above 0
small differences grow: the network is chaotic. Near 0 it remembers. Directions that are lost wholly have −∞. Bars: one standard deviation over stretches of a window.`,
      `상태의 독립된 방향마다 한 단계에 평균 얼마나 자라는지를 nat으로, 큰 것부터 보여 줍니다. Q<sub>t</sub>R<sub>t</sub> = J<sub>t</sub>Q<sub>t−1</sub>, λ<sub>i</sub> = ln |R<sub>t,ii</sub>|의 평균입니다. 모두 0보다 작으면 과거를 결국 잊고, 0보다 크면 작은 차이가 자라는 혼돈입니다. 0에 가까우면 기억합니다. 완전히 사라지는 방향은 −∞입니다. 막대는 창 길이 구간들에서 잰 표준 편차입니다.`,
    ),
    source: 'Vogt et al. 2020 (arXiv 2006.14123); Engelken, Wolf &amp; Abbott 2020 (arXiv 2006.02427)',
  });

function exponents(layers: Of<LayerInspection>, l: number): string {
  const spectra = layers.map((layer) => layer?.lyapunov);
  const ends = spectra.flatMap(
    (s) => s?.exponents.flatMap((value, i) => [value - (s.spread[i] ?? 0), value + (s.spread[i] ?? 0)]) ?? [],
  );
  const most = Math.max(1, ...spectra.map((s) => s?.exponents.length ?? 0));
  return chart(
    {
      x: { range: [0, most + 1], label: { en: 'number, largest first', ko: '번호, 큰 것부터' } },
      y: { range: rangeOf([0, ...ends]), label: { en: 'nats a step', ko: '단계당 nat' } },
      summary: said(
        (words) => `${words.layer(l)}: ${each(spectra, (s) => (s ? words.exponents(s) : words.none))}`,
      ),
    },
    (px, py) =>
      `<path class="rule" d="M0 ${py(0)}H1000"/>` +
      spectra
        .map((spectrum, i) => {
          if (spectrum === undefined) return '';
          const bars = spectrum.exponents.map((value, j) => {
            const spread = spectrum.spread[j] ?? 0;
            return Number.isFinite(value) && Number.isFinite(spread)
              ? `M${px(j + 1)} ${py(value - spread)}V${py(value + spread)}`
              : '';
          });
          const points = spectrum.exponents.map((value, j) => [j + 1, value] as const);
          return `<path class="line thin ${seriesOf(i)}" style="stroke-dasharray:none" d="${bars.join('')}"/>${dots(points, px, py, seriesOf(i))}`;
        })
        .join(''),
  );
}
