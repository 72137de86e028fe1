import type { Response, Traces } from '../../../inspect/index.ts';
import { clientScript } from '../../built.ts';
import { endsLine, visible } from '../../characters.ts';
import { harmlessLine } from '../../escape.ts';
import { digits, grouped } from '../../numbers.ts';
import { signed, unitName } from '../../terminal/neurons.ts';
import { escapeHtml, htmlPage, scriptData } from '../document.ts';
import { both, labelOf } from '../languages.ts';
import { toolBar } from '../look.ts';
import { pack, toBytes } from '../pack.ts';
import type { NeuronsData } from './data.ts';
import { describeUnit, shadeOf } from './describe.ts';
import { STYLE } from './style.ts';
import { type Followed, WORDS } from './words.ts';

export interface NeuronsReport {
  /** names of the model and of the text */
  model: string;
  text: string;
  characters: readonly string[];
  traces: Traces;
  responses: Readonly<Record<string, readonly Response[]>>;
  /** number of the unit that is shown first */
  shown: number;
}

const MAX_CHARACTERS = 2000;
/** Bytes of all values together; a large model shows less text. */
const MAX_VALUES = 2e6;

/** The page of `rnn neurons --html`: a text in the colours of a unit that the reader chooses. */
export function neuronsPage({
  model,
  text,
  characters: all,
  traces,
  responses,
  shown,
}: NeuronsReport): string {
  const { units, values, largest } = traces;
  const length = Math.min(all.length, MAX_CHARACTERS, Math.floor(MAX_VALUES / units.length));
  const characters = all.slice(0, length);
  const shares = values.map((row) => Float64Array.from(row.subarray(0, length), (value) => value / largest));
  const bytes = toBytes(shares, length);
  const names = units.map(unitName);
  const data: NeuronsData = {
    characters,
    units: names.map((name) => ({ name, followed: followedBy(name, responses) })),
    largest,
    values: pack(bytes),
  };
  const first = bytes.subarray(shown * length, (shown + 1) * length);
  const who = harmlessLine(model);
  const what = escapeHtml(harmlessLine(text));
  const [shownCount, count] = [grouped(length), grouped(all.length)];
  const most = digits(largest);
  return htmlPage({
    title: `Units of ${who}`,
    titles: { en: `Units of ${who}`, ko: `${who}의 유닛` },
    language: 'en',
    style: STYLE,
    script: clientScript('neurons'),
    body: `${toolBar(escapeHtml(who))}
<h1>${both(escapeHtml(`What single units of ${who} respond to`), escapeHtml(`${who}의 유닛은 무엇에 반응하는가`))}</h1>
<div class="beside"><section id="colours" aria-labelledby="colours-title">
<h2 id="colours-title">${both('The text in the colours of a unit', '한 유닛의 색으로 칠한 글')}</h2>
<p>${
      length < all.length
        ? both(
            `The state of one unit after each character of ${what}, the first ${shownCount} of ${count} characters:`,
            `${what}의 처음 ${shownCount}자(모두 ${count}자)에서 문자마다 그 뒤의 유닛 하나의 상태:`,
          )
        : both(
            `The state of one unit after each character of ${what}, ${count} characters:`,
            `${what}(${count}자)의 문자마다 그 뒤의 유닛 하나의 상태:`,
          )
    }
<span class="ramp n">${both('near', '약')} −${most}</span> <span class="ramp">0</span> <span class="ramp p">${both('near', '약')} +${most}</span></p>
${picker(names, shown)}
<p id="unit-readout" class="readout" aria-live="polite">${escapeHtml(describeUnit(data.units[shown]!, characters, first, largest, WORDS.en))}</p>
<div class="panel">${colored(characters, first)}
<p id="character-readout" class="readout quiet" aria-live="polite">${WORDS.en.point}</p></div>
</section>
${rankings(names, responses)}</div>
<p class="what"><strong>${both('What is this?', '이것은 무엇인가?')}</strong> ${both(
      `A character-level network has to keep in its state what the text is about, and sometimes a single
unit keeps one thing: whether a quote is open, how long the line is. The lists rank units by Pearson's correlation r of their state with a
property of the text; r near ±1 means that the unit follows it.`,
      `문자 단위 신경망은 글의 사정을 상태에 담아 두어야 합니다. 때로는 유닛 하나가 한 가지를 맡습니다. 따옴표가 열려 있는지, 줄이 얼마나 긴지 같은 것입니다.
목록은 유닛의 상태와 글의 속성 사이의 피어슨 상관 계수 r로 유닛을 늘어놓았습니다. r이 ±1에 가까우면 그 유닛은 속성을 따라갑니다.`,
    )} <span class="quiet">${both(
      'Source: Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078) looked at such units by eye.',
      '출처: Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078)는 이런 유닛을 눈으로 찾았습니다.',
    )}</span></p>
<script type="application/json" id="data">${scriptData(data)}</script>`,
  });
}

function picker(names: readonly string[], shown: number): string {
  const options = names
    .map((name, u) => `<option value="${u}"${u === shown ? ' selected' : ''}>${name}</option>`)
    .join('');
  return `<p class="picker"><label for="unit">${both('Unit', '유닛')}</label> <select id="unit">${options}</select>
<button type="button" data-step="-1">${both('Previous unit', '이전 유닛')}</button> <button type="button" data-step="1">${both('Next unit', '다음 유닛')}</button></p>`;
}

const TEXT_LABEL = labelOf({
  en: 'The text; arrow keys move from character to character',
  ko: '글. 화살표 키로 문자를 옮겨 갑니다',
});

const colored = (characters: readonly string[], bytes: Uint8Array): string =>
  `<div class="text" id="text" tabindex="0" role="group" ${TEXT_LABEL}>${characters
    .map((character, t) => {
      const { className, strength } = shadeOf(bytes[t]!);
      const end = endsLine(character, characters[t + 1]) ? '<br>' : '';
      return `<span class="${className}" style="--s:${strength}">${escapeHtml(visible(character))}</span>${end}`;
    })
    .join('')}</div>`;

function rankings(names: readonly string[], responses: NeuronsReport['responses']): string {
  const lists = Object.entries(responses).map(([property, units]) => {
    const items = units.map((unit) => {
      const name = unitName(unit);
      return `<li><button type="button" data-unit="${names.indexOf(name)}">${name} <span class="r">${signed(unit.correlation)}</span></button></li>`;
    });
    const list =
      items.length > 0
        ? `<ol>${items.join('')}</ol>`
        : `<p class="quiet never">${both('never changes in this text', '이 글에서는 바뀌지 않습니다')}</p>`;
    return `<div class="ranking"><h3>${propertyName(property)}</h3>${list}</div>`;
  });
  const title = both('Units that correlate with a property of the text', '글의 속성과 상관이 있는 유닛');
  return `<section id="lists" aria-labelledby="lists-title"><h2 id="lists-title">${title}</h2>\n${lists.join('\n')}</section>`;
}

function propertyName(property: string): string {
  const [en, ko] = [WORDS.en, WORDS.ko].map(
    ({ properties }) => (properties as Record<string, string>)[property],
  );
  return both(escapeHtml(en ?? property), escapeHtml(ko ?? property));
}

/** The properties in whose lists a unit stands. */
const followedBy = (name: string, responses: NeuronsReport['responses']): Followed[] =>
  Object.entries(responses).flatMap(([property, units]) =>
    units
      .filter((unit) => unitName(unit) === name)
      .map(({ correlation }): Followed => [property, signed(correlation)]),
  );
