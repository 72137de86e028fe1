import { languageOf } from '../../shared/client/tools.ts';
import type { DriversData } from '../data.ts';
import { describe, shadeOf } from '../describe.ts';
import { WORDS } from '../words.ts';

/** The text in which each character is a button: choosing one shades the characters that drive what comes next. */
export function showDrivers(
  text: HTMLElement,
  readout: HTMLElement,
  { characters, predictions }: DriversData,
): () => void {
  const cells = [...text.querySelectorAll<HTMLElement>('[data-t]')];
  const buttons = cells.filter((cell) => cell.tagName === 'BUTTON');
  const predictionAt = new Map(predictions.map((prediction) => [prediction.position, prediction]));

  let tell = () => {};
  const choose = (button: HTMLElement) => {
    const prediction = predictionAt.get(Number(button.dataset.t))!;
    const shade = shadeOf(prediction);
    cells.forEach((cell, t) => {
      cell.style.setProperty('--s', shade(t).toFixed(3));
    });
    for (const other of buttons) {
      other.setAttribute('aria-pressed', String(other === button));
      other.tabIndex = other === button ? 0 : -1;
    }
    tell = () => {
      readout.textContent = describe(characters, prediction, WORDS[languageOf()]);
    };
    tell();
  };

  text.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('button');
    if (button) choose(button);
  });
  text.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(event.target as HTMLElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const button = to === undefined ? undefined : buttons[to];
    if (at < 0 || button === undefined) return;
    event.preventDefault();
    button.focus();
    choose(button);
  });
  const pressed = buttons.find((button) => button.getAttribute('aria-pressed') === 'true');
  if (pressed) choose(pressed);
  return () => tell();
}
