import { escapeHtml } from '../../report/page/document.ts';
import type { Block } from '../blocks.ts';

type NetworkBlock = Extract<Block, { kind: 'network' }>;

const STEP = 84;
const LEFT = 64;
const [TOP, MIDDLE, BOTTOM] = [22, 100, 178];
const HEIGHT = 200;
const RADIUS = 19;
const BOX = { width: 44, height: 30 };
const HEAD = 6;

/** The network unrolled over time; what the step that is looked at computes with is drawn strong, what comes later faint. */
export function networkSvg({ label, inputs, outputs, at, backward = false }: NetworkBlock): string {
  const T = inputs.length;
  const x = (t: number) => LEFT + t * STEP - (STEP - RADIUS) / 2;
  const width = x(T) + 50;
  const tone = (t: number) => toneOf(t, at, backward);
  const parts = inputs.map((_, i) => {
    const t = i + 1;
    return [
      across(t === 1 ? 30 + RADIUS : x(t - 1) + RADIUS, x(t) - RADIUS, MIDDLE, backward, tone(t)),
      down(x(t), TOP + BOX.height / 2, MIDDLE - RADIUS, !backward, tone(t)),
      down(x(t), MIDDLE + RADIUS, BOTTOM - BOX.height / 2, !backward, tone(t)),
      box(x(t), TOP, outputs[i]!, tone(t)),
      box(x(t), BOTTOM, inputs[i]!, tone(t)),
      `<g class="${tone(t)}"><circle cx="${x(t)}" cy="${MIDDLE}" r="${RADIUS}"/>${state(x(t), t)}</g>`,
      weight((t === 1 ? 30 + RADIUS + x(1) - RADIUS : x(t - 1) + x(t)) / 2, MIDDLE - 8, 'Whh', 'middle'),
      weight(x(t) + 7, (TOP + MIDDLE) / 2 + 2, 'Why'),
      weight(x(t) + 7, (MIDDLE + BOTTOM) / 2 + 6, 'Wxh'),
    ].join('');
  });
  const name = at === undefined ? label : `${label} h${at}`;
  return `<svg class="network${backward ? ' backward' : ''}" role="img" aria-label="${escapeHtml(name)}" viewBox="0 0 ${width} ${HEIGHT}" style="width:${width / 16}rem">${state(30, 0)}${parts.join('')}</svg>`;
}

type Tone = 'plain' | 'active' | 'done' | 'later';

function toneOf(t: number, at: number | undefined, backward: boolean): Tone {
  if (at === undefined) return 'plain';
  if (t === at) return 'active';
  return t < at === backward ? 'later' : 'done';
}

const state = (x: number, t: number): string =>
  `<text class="state" x="${x}" y="${MIDDLE + 5}" text-anchor="middle">h<tspan class="index" dy="4">${t}</tspan></text>`;

const weight = (x: number, y: number, name: string, anchor = 'start'): string =>
  `<text class="weight" x="${x}" y="${y}" text-anchor="${anchor}">${name}</text>`;

const box = (x: number, y: number, text: string, tone: Tone): string =>
  `<g class="${tone}"><rect x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="6"/>` +
  `<text class="character" x="${x}" y="${y + 5}" text-anchor="middle">${escapeHtml(text)}</text></g>`;

/** A level arrow from left to right, or back. */
function across(left: number, right: number, y: number, back: boolean, tone: Tone): string {
  const [from, to, head] = back ? [right, left, HEAD] : [left, right, -HEAD];
  return `<path class="${tone}" d="M${from} ${y}H${to}m${head} ${-HEAD / 1.5}L${to} ${y}l${head} ${HEAD / 1.5}"/>`;
}

/** An upright arrow from bottom to top, or from top to bottom. */
function down(x: number, top: number, bottom: number, up: boolean, tone: Tone): string {
  const [from, to, head] = up ? [bottom, top, HEAD] : [top, bottom, -HEAD];
  return `<path class="${tone}" d="M${x} ${from}V${to}m${-HEAD / 1.5} ${head}L${x} ${to}l${HEAD / 1.5} ${head}"/>`;
}
