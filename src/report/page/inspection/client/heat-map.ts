import { named } from '../../../characters.ts';
import { digits } from '../../../numbers.ts';
import { fromBase64, inflate } from '../../browser/inflate.ts';
import { GRADIENT_DECADES, type HeatMapData, MIDDLE, MISSING } from '../data.ts';

/** Two maps under one cross: pointing at a cell, or moving with the arrow keys, reads both values of a unit and a character. */
export async function showHeatMaps(
  view: HTMLElement,
  readout: HTMLElement,
  { characters, units, cell: [width, height], largestState, largestGradient }: HeatMapData,
): Promise<void> {
  const maps = [...view.querySelectorAll<HTMLImageElement>('.map')];
  const crosses = maps.map((map) => map.parentElement!.appendChild(crossOf(width, height)));
  const [states, gradients] = await Promise.all(maps.map((map) => pixelsOf(map.src, characters.length)));
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
    readout.textContent = `Unit ${unit} after ${named(characters[t]!)}, character ${t}: state ${state(states![at]!, largestState)}, gradient ${gradient(gradients![at]!, largestGradient)}.`;
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
}

function crossOf(width: number, height: number): HTMLElement {
  const cross = document.createElement('div');
  cross.className = 'cross';
  cross.hidden = true;
  Object.assign(cross.style, { width: `${width}px`, height: `${height}px` });
  return cross;
}

const state = (byte: number, largest: number): string =>
  byte === MISSING ? 'not a number' : digits(((byte - MIDDLE) / MIDDLE) * largest);

function gradient(byte: number, largest: number): string {
  if (byte === MISSING) return 'not a number';
  const share = (byte - MIDDLE) / MIDDLE;
  if (share === 0) return largest === 0 ? '0' : `below ${digits(largest * 10 ** -GRADIENT_DECADES)}`;
  return `about ${digits(Math.sign(share) * largest * 10 ** ((Math.abs(share) - 1) * GRADIENT_DECADES))}`;
}

/** The numbers behind an indexed PNG of ours: its IDAT chunk, inflated, without the filter byte of each row. */
async function pixelsOf(uri: string, width: number): Promise<Uint8Array> {
  const png = fromBase64(uri.slice(uri.indexOf(',') + 1));
  const view = new DataView(png.buffer);
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12) {
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) !== 'IDAT') continue;
    const rows = await inflate(png.slice(at + 8, at + 8 + view.getUint32(at)));
    return rows.filter((_, i) => i % (width + 1) !== 0);
  }
  throw new Error('the picture has no pixels');
}
