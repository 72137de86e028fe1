import { digits } from '../../../numbers.ts';
import { unpack } from '../../browser/unpack.ts';
import { languageOf, startTools } from '../../shared/client/tools.ts';
import type { NeuronsData } from '../data.ts';
import { describeUnit, shadeOf, stateOf } from '../describe.ts';
import { spoken, WORDS } from '../words.ts';

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const { characters, units, largest, values } = JSON.parse(byId('data').textContent!) as NeuronsData;
const picker = byId('unit') as HTMLSelectElement;
const text = byId('text');
const cells = [...text.querySelectorAll('span')];
const rankings = [...document.querySelectorAll<HTMLElement>('[data-unit]')];
const bytes = await unpack(values);

let unit = Number(picker.value);
let position = -1;

const bytesOf = (u: number): Uint8Array => bytes.subarray(u * characters.length, (u + 1) * characters.length);

function choose(u: number): void {
  unit = (u + units.length) % units.length;
  picker.value = String(unit);
  const own = bytesOf(unit);
  cells.forEach((cell, t) => {
    const { className, strength } = shadeOf(own[t]!);
    cell.classList.toggle('p', className === 'p');
    cell.classList.toggle('n', className === 'n');
    cell.style.setProperty('--s', strength);
  });
  for (const button of rankings)
    button.setAttribute('aria-pressed', String(Number(button.dataset.unit) === unit));
  tell();
}

/** Says what is chosen, in the language of the page. */
function tell(): void {
  const words = WORDS[languageOf()];
  byId('unit-readout').textContent = describeUnit(units[unit]!, characters, bytesOf(unit), largest, words);
  if (position >= 0) point(position);
  else byId('character-readout').textContent = words.point;
}

function point(t: number): void {
  cells[position]?.classList.remove('here');
  position = Math.max(0, Math.min(characters.length - 1, t));
  cells[position]!.classList.add('here');
  const value = stateOf(bytesOf(unit)[position]!, largest);
  const words = WORDS[languageOf()];
  byId('character-readout').textContent = words.character(
    spoken(characters[position]!, words),
    position,
    units[unit]!.name,
    digits(value),
  );
}

picker.addEventListener('change', () => choose(Number(picker.value)));
document.addEventListener('click', ({ target }) => {
  const { unit: chosen, step } =
    (target as Element).closest<HTMLElement>('[data-unit], [data-step]')?.dataset ?? {};
  if (chosen !== undefined) choose(Number(chosen));
  if (step !== undefined) choose(unit + Number(step));
});
text.addEventListener('pointermove', ({ target }) => {
  const t = cells.indexOf(target as HTMLSpanElement);
  if (t >= 0) point(t);
});
text.addEventListener('keydown', (event) => {
  const to = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: characters.length - 1 }[
    event.key
  ];
  if (to === undefined) return;
  event.preventDefault();
  point(to);
});
choose(unit);
startTools(tell);
