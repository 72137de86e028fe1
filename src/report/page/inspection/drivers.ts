import { visible } from '../../characters.ts';
import { escapeHtml, scriptData } from '../document.ts';
import { both, labelOf } from '../languages.ts';
import type { DriversData, Prediction } from './data.ts';
import { describe, shadeOf } from './describe.ts';
import { type Section, section } from './parts.ts';
import { said } from './phrases.ts';
import { type PageSubject, type Subjects, seriesOf } from './subject.ts';
import { spoken, WORDS } from './words.ts';

/** Longer words may break anywhere. */
const LONG_WORD = 20;

export const driversSection = (subjects: Subjects): Section =>
  section({
    id: 'drivers',
    title: both('Which characters drive a prediction', '예측을 이끄는 문자'),
    body: subjects.map(text).join('\n'),
    what: both(
      `Choose a character: the shade of the past shows how strongly each character before it drives what the model expects next,
‖∂logit<sub>k</sub>/∂x<sub>t</sub>‖ for the logit of the most probable next character k. The strongest has the full shade, others a share
of it. A model with a short memory lights up the last characters only.`,
      `문자를 고르십시오. 그 앞 문자마다 진하기가 모델이 다음에 기대하는 것을 얼마나 이끄는지 보여 줍니다. 확률이 가장 높은 다음 문자 k의 로짓에 대한 ‖∂logit<sub>k</sub>/∂x<sub>t</sub>‖입니다. 가장 강한 것이 가장 진하고 나머지는 그 비율만큼입니다. 기억이 짧은 모델은 마지막 몇 글자만 밝힙니다.`,
    ),
    source: both(
      'connectivity of Madsen 2019 (distill.pub/2019/memorization-in-rnns)',
      'Madsen 2019의 연결성(distill.pub/2019/memorization-in-rnns)',
    ),
  });

function text({ name, inspection, pictures: { characters, predictions } }: PageSubject, i: number): string {
  const series = seriesOf(i);
  const kept = predictions.map((prediction) => ({ ...prediction, strengths: rounded(prediction.strengths) }));
  const data: DriversData = { characters, predictions: kept };
  const shown = kept.at(-1);
  const stretch = shown
    ? buttons(`drivers-${series}`, name, data, shown)
    : `<p class="text">${escapeHtml(characters.map(visible).join(''))}</p>`;
  const sentence = shown ? describe(characters, shown, WORDS.en) : lastOf(inspection.connectivity);
  return `<div class="panel"><h3>${escapeHtml(name)}</h3>
<p class="readout" id="drivers-${series}-readout" aria-live="polite">${escapeHtml(sentence)}</p>
${stretch}
<p class="quiet"><small>${both('Arrow keys, Home and End move from character to character.', '화살표 키, Home, End로 문자를 옮겨 갑니다.')}</small></p>
<script type="application/json" id="drivers-${series}-data">${scriptData(data)}</script></div>`;
}

const lastOf = ({
  characters,
  strengths,
  predicted,
  probability,
}: PageSubject['inspection']['connectivity']): string =>
  describe(
    characters,
    {
      position: characters.length - 1,
      predicted,
      probability,
      strengths: strengths.toReversed(),
    },
    WORDS.en,
  );

/** Three digits each, for a smaller page. */
const rounded = (strengths: readonly number[]): number[] =>
  strengths.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(3)) : 0));

/** Each character with a prediction is a button; words hold together. One stop for the tab key. */
function buttons(
  id: string,
  name: string,
  { characters, predictions }: DriversData,
  shown: Prediction,
): string {
  const predicted = new Set(predictions.map(({ position }) => position));
  const shade = shadeOf(shown);
  let word = 0;
  const html = characters.map((character, t) => {
    const style = shade(t) > 0 ? ` style="--s:${shade(t).toFixed(3)}"` : '';
    const label = /^[\s\p{Cc}]/u.test(character)
      ? ` ${labelOf({ en: spoken(character, WORDS.en), ko: spoken(character, WORDS.ko) })}`
      : '';
    const content = escapeHtml(visible(character));
    const chosen = t === shown.position;
    const cell = predicted.has(t)
      ? `<button type="button" data-t="${t}" tabindex="${chosen ? 0 : -1}" aria-pressed="${chosen}"${label}${style}>${content}</button>`
      : `<span data-t="${t}"${style}>${content}</span>`;
    const ends = /^\s/u.test(character) || ++word >= LONG_WORD;
    if (ends) word = 0;
    return `${cell}${character.includes('\n') ? '<br>' : ''}${ends ? '</span><span class="word">' : ''}`;
  });
  return `<div class="text drivers" id="${id}" role="group" ${labelOf(said((words) => words.drivers(name)))}><span class="word">${html.join('')}</span></div>`;
}
