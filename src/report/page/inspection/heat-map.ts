import { visible } from '../../characters.ts';
import { digits } from '../../numbers.ts';
import { colorOf, toByte } from '../diverging.ts';
import { escapeHtml, scriptData } from '../document.ts';
import { type Bilingual, both, labelOf } from '../languages.ts';
import { pack, toBytes } from '../pack.ts';
import { GRADIENT_DECADES, type HeatMapData } from './data.ts';
import { type Section, section } from './parts.ts';
import { said } from './phrases.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';

const CELL_WIDTH = 13;
/** A map is about this high, however many units there are. */
const MAP_HEIGHT = 300;

export const heatMapSection = (subjects: Subjects): Section =>
  section({
    id: 'units',
    title: both('Every unit at every character', '모든 문자에서의 모든 유닛'),
    body: `<p class="scales">${scale(both('state, of ±1 (ReLUs: of the largest)', '상태, ±1 기준(ReLU는 최댓값 기준)'), '−', '+')}${scale(both(`gradient, logarithmic down to 1e-${GRADIENT_DECADES} of the largest`, `기울기, 최댓값의 1e-${GRADIENT_DECADES}까지 로그`), '−', '+')}</p>
${subjects.map(heatMaps).join('\n')}`,
    what: both(
      `A row is a unit of the top layer, a column a character of the text. Above its state h after that character, below
∂L/∂h: how the loss at the last character of the stretch depends on it. A gradient that vanishes fades out to the left. Colours of
gradients stand for sign and logarithm, over ${GRADIENT_DECADES} powers of ten.`,
      `줄 하나가 맨 위 층의 유닛 하나, 칸 하나가 문자 하나입니다. 위는 그 문자 뒤의 상태 h, 아래는 이 부분의 마지막 문자의 손실이 거기에 얼마나 달려 있는지를 보여 주는 ∂L/∂h입니다. 사라지는 기울기는 왼쪽으로 갈수록 흐려집니다. 기울기의 색은 부호와 로그를 나타내며 ${GRADIENT_DECADES}자릿수에 걸칩니다.`,
    ),
    source: both(
      'the maps of see-rnn (github.com/OverLordGoldDragon/see-rnn) and LSTMVis plot states in the same way',
      'see-rnn(github.com/OverLordGoldDragon/see-rnn)과 LSTMVis도 상태를 이렇게 그립니다',
    ),
  });

const stop = (value: number): string => `rgb(${colorOf(toByte(value)).join(' ')})`;
const scale = (name: string, low: string, high: string): string =>
  `<span>${name}: ${low} <i class="ramp" style="background:linear-gradient(90deg,${stop(-1)},${stop(0)},${stop(1)})"></i> ${high}</span>`;

function heatMaps({ name, inspection, pictures }: PageSubject, i: number): string {
  const { characters, states, gradients } = pictures;
  const series = seriesOf(i);
  const units = states.length;
  const height = Math.max(1, Math.min(12, Math.floor(MAP_HEIGHT / Math.max(1, units))));
  const largestGradient = largest(gradients);
  const largestState = inspection.model.nonlinearity === 'relu' ? largest(states) || 1 : 1;
  const cell = [CELL_WIDTH, height] as [number, number];
  const packed = (rows: readonly (readonly number[])[], shade: (value: number) => number): string =>
    pack(
      toBytes(
        rows.map((row) => row.map(shade)),
        characters.length,
      ),
    );
  const data: HeatMapData = {
    characters,
    units,
    cell,
    largestState,
    largestGradient,
    states: packed(states, (value) => value / largestState),
    gradients: packed(gradients, (value) => compress(value, largestGradient)),
  };
  const letters = `<div class="letters" aria-hidden="true">${characters.map((character) => `<b>${escapeHtml(visible(character))}</b>`).join('')}</div>`;
  const map = (name: Bilingual) =>
    `<canvas class="map" width="${characters.length}" height="${units}" style="width:${characters.length * CELL_WIDTH}px;height:${units * height}px" role="img" ${labelOf(name)}></canvas>`;
  return `<div class="panel heat-panel"><h3>${escapeHtml(name)}</h3>
<div class="heat scroll" id="heat-${series}" tabindex="0" role="application" ${labelOf(said((words) => words.heatMaps(name, units, characters.length)))}>
<div class="heat-area" style="width:${characters.length * CELL_WIDTH}px">
<p class="row-name">${both('state h', '상태 h')}</p>${map(said((words) => words.statesMap(units, characters.length)))}${letters}
<p class="row-name">${both('gradient ∂L/∂h of the last loss', '마지막 손실의 기울기 ∂L/∂h')}</p>${map(said((words) => words.gradientsMap(units, characters.length, digits(largestGradient))))}</div></div>
<p class="readout" id="heat-${series}-readout" aria-live="polite">${both('JavaScript draws these maps; then point at a cell or use the arrow keys to read its values.', '이 그림은 JavaScript가 그립니다. 칸을 가리키거나 화살표 키를 쓰면 값을 읽습니다.')}</p>
<script type="application/json" id="heat-${series}-data">${scriptData(data)}</script></div>`;
}

/** The largest size of a finite value. */
const largest = (rows: readonly (readonly number[])[]): number =>
  rows.flat().reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

/** Sign and logarithm of a gradient in −1…1: the largest is ±1, what is below the decades shown is 0. */
function compress(value: number, largest: number): number {
  if (value === 0 || largest === 0) return 0;
  const share = 1 + Math.log10(Math.abs(value) / largest) / GRADIENT_DECADES;
  return Math.sign(value) * Math.max(0, share);
}
