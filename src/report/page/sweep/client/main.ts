import { startTools } from '../../shared/client/tools.ts';
import type { SweepData } from '../data.ts';

const data = JSON.parse(document.getElementById('sweep-data')!.textContent!) as SweepData;
const readout = document.getElementById('trial-readout');
const marked = [...document.querySelectorAll<HTMLElement | SVGElement>('[data-trial]')];
const main = document.querySelector('main')!;
const trialOf = (target: EventTarget | null): number | undefined => {
  const found = (target as Element | null)?.closest<HTMLElement | SVGElement>('[data-trial]');
  return found ? Number(found.dataset.trial) : undefined;
};

let chosen: number | undefined;

/** Shows one trial everywhere. */
function choose(number: number): void {
  const trial = data.find((one) => one.number === number);
  if (!trial || !readout || number === chosen) return;
  chosen = number;
  main.classList.add('chosen');
  for (const element of marked) {
    const here = Number(element.dataset.trial) === number;
    const isButton = element instanceof HTMLButtonElement;
    (isButton ? element.closest('tr')! : element).classList.toggle('here', here);
    if (isButton) element.setAttribute('aria-pressed', String(here));
    // above the other lines
    else if (here) element.parentNode!.append(element);
  }
  readout.textContent = `${trial.text}\n${trial.command}`;
}

document.addEventListener('click', ({ target }) => {
  const number = trialOf(target);
  if (number !== undefined) choose(number);
});
for (const chart of document.querySelectorAll('svg.chart'))
  chart.addEventListener('pointerover', ({ target }) => {
    const number = trialOf(target);
    if (number !== undefined) choose(number);
  });
if (readout) readout.textContent = 'Point at a line, or choose a trial in the table below.';
startTools(() => {});
