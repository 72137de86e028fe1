import type { Response, Traces } from '../../../inspect/index.ts';
import { clientScript } from '../../built.ts';
import { endsLine, visible } from '../../characters.ts';
import { harmlessLine } from '../../escape.ts';
import { digits, grouped } from '../../numbers.ts';
import { signed, unitName } from '../../terminal/neurons.ts';
import { escapeHtml, htmlPage, scriptData } from '../document.ts';
import { pack, toBytes } from '../pack.ts';
import type { NeuronsData } from './data.ts';
import { describeUnit, shadeOf } from './describe.ts';
import { STYLE } from './style.ts';

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
    units: names.map((name) => ({ name, note: noteOf(name, responses) })),
    largest,
    values: pack(bytes),
  };
  const first = bytes.subarray(shown * length, (shown + 1) * length);
  const title = escapeHtml(harmlessLine(`What single units of ${model} respond to`));
  return htmlPage({
    title: `Units of ${harmlessLine(model)}`,
    language: 'en',
    style: STYLE,
    script: clientScript('neurons'),
    body: `<h1>${title}</h1>
${rankings(names, responses)}
<h2>The text in the colours of a unit</h2>
<p>The state of one unit after each character of ${escapeHtml(harmlessLine(text))}, ${length < all.length ? `the first ${grouped(length)} of ${grouped(all.length)} characters` : `${grouped(length)} characters`}:
<span class="ramp n">near −${digits(largest)}</span> <span class="ramp">0</span> <span class="ramp p">near +${digits(largest)}</span></p>
${picker(names, shown)}
<p id="unit-readout" class="readout" aria-live="polite">${escapeHtml(describeUnit(data.units[shown]!, characters, first, largest))}</p>
<div class="panel">${colored(characters, first)}
<p id="character-readout" class="readout quiet" aria-live="polite">Point at a character, or move with the arrow keys, to read the value after it.</p></div>
<p class="what"><strong>What is this?</strong> A character-level network has to keep in its state what the text is about, and sometimes a single
unit keeps one thing: whether a quote is open, how long the line is. The lists above rank units by Pearson's correlation r of their state with a
property of the text; r near ±1 means that the unit follows it. <span class="quiet">Source: Karpathy, Johnson &amp; Li 2015 (arXiv 1506.02078)
looked at such units by eye.</span></p>
<script type="application/json" id="data">${scriptData(data)}</script>`,
  });
}

function picker(names: readonly string[], shown: number): string {
  const options = names
    .map((name, u) => `<option value="${u}"${u === shown ? ' selected' : ''}>${name}</option>`)
    .join('');
  return `<p class="picker"><label for="unit">Unit</label> <select id="unit">${options}</select>
<button type="button" data-step="-1">Previous unit</button> <button type="button" data-step="1">Next unit</button></p>`;
}

const colored = (characters: readonly string[], bytes: Uint8Array): string =>
  `<div class="text" id="text" tabindex="0" role="group" aria-label="The text; arrow keys move from character to character">${characters
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
        : '<p class="quiet never">never changes in this text</p>';
    return `<div class="ranking"><h3>${escapeHtml(property)}</h3>${list}</div>`;
  });
  return `<h2>Units that correlate with a property of the text</h2>\n${lists.join('\n')}`;
}

/** Description of a unit from the lists. */
function noteOf(name: string, responses: NeuronsReport['responses']): string {
  const found = Object.entries(responses).flatMap(([property, units]) =>
    units
      .filter((unit) => unitName(unit) === name)
      .map(({ correlation }) => `“${property}” (${signed(correlation)})`),
  );
  return found.length === 0 ? 'in none of the lists above' : `correlates with ${found.join(', ')}`;
}
