import { digits } from '../../../numbers.ts';
import { unpack } from '../../browser/unpack.ts';
import { colorOf, fromByte } from '../../diverging.ts';
import { languageOf } from '../../shared/client/tools.ts';
import { GRADIENT_DECADES, type HeatMapData } from '../data.ts';
import { spoken, WORDS, type Words } from '../words.ts';

/** Two maps under one cross: pointing at a cell, or moving with the arrow keys, reads both values of a unit and a character. */
export async function showHeatMaps(
  view: HTMLElement,
  readout: HTMLElement,
  { characters, units, cell: [width, height], largestState, largestGradient, ...packed }: HeatMapData,
): Promise<() => void> {
  const maps = [...view.querySelectorAll<HTMLCanvasElement>('.map')];
  const [states, gradients] = await Promise.all([unpack(packed.states), unpack(packed.gradients)]);
  maps.forEach((map, i) => {
    paint(map, i === 0 ? states : gradients);
  });
  const crosses = maps.map((map) => map.parentElement!.appendChild(crossOf(width, height)));
  let [unit, t] = [0, characters.length - 1];

  const show = (newUnit: number, newT: number) => {
    unit = Math.max(0, Math.min(units - 1, newUnit));
    t = Math.max(0, Math.min(characters.length - 1, newT));
    crosses.forEach((cross, i) => {
      cross.hidden = false;
      cross.style.left = `${t * width}px`;
      cross.style.top = `${maps[i]!.offsetTop + unit * height}px`;
    });
    const at = unit * characters.length + t;
    const words = WORDS[languageOf()];
    readout.textContent = words.cell(
      unit,
      spoken(characters[t]!, words),
      t,
      state(states[at]!, largestState, words),
      gradient(gradients[at]!, largestGradient, words),
    );
  };

  for (const map of maps) {
    map.addEventListener('pointermove', (event) =>
      show(Math.floor(event.offsetY / height), Math.floor(event.offsetX / width)),
    );
  }
  view.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    show(unit + move[0]!, t + move[1]!);
    view.scrollLeft = (t + 0.5) * width - view.clientWidth / 2;
  });
  // the gradient starts at the last character
  view.scrollLeft = view.scrollWidth;
  show(0, characters.length - 1);
  return () => show(unit, t);
}

function crossOf(width: number, height: number): HTMLElement {
  const cross = document.createElement('div');
  cross.className = 'cross';
  cross.hidden = true;
  Object.assign(cross.style, { width: `${width}px`, height: `${height}px` });
  return cross;
}

/** A pixel for each number; the page makes it larger. */
function paint(map: HTMLCanvasElement, bytes: Uint8Array): void {
  const image = new ImageData(map.width, map.height);
  bytes.forEach((byte, i) => {
    image.data.set([...colorOf(byte), 255], 4 * i);
  });
  map.getContext('2d')!.putImageData(image, 0, 0);
}

function state(byte: number, largest: number, words: Words): string {
  const share = fromByte(byte);
  return Number.isNaN(share) ? words.notNumber : digits(share * largest);
}

function gradient(byte: number, largest: number, words: Words): string {
  const share = fromByte(byte);
  if (Number.isNaN(share)) return words.notNumber;
  if (share === 0) return largest === 0 ? '0' : words.below(digits(largest * 10 ** -GRADIENT_DECADES));
  return words.about(digits(Math.sign(share) * largest * 10 ** ((Math.abs(share) - 1) * GRADIENT_DECADES)));
}
