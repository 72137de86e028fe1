import type { Inspection } from '../../inspect/index.ts';
import { grouped } from '../numbers.ts';

export type ShortHistory = Inspection['horizon']['replaced'];

/** From how much history on next to nothing is lost, in words. */
export function horizonText({ rows, contextHorizon, noHorizon }: ShortHistory): string {
  if (!rows.every(measured)) return 'the loss is not finite';
  if (contextHorizon !== null) return `less than 0.01 nats are lost from ${characters(contextHorizon)} on`;
  const longest = characters(rows.at(-1)?.characters ?? 0);
  return noHorizon === 'cannot tell'
    ? `cannot tell from so little text whether 0.01 nats are lost with ${longest}`
    : `more than 0.01 nats are lost with ${longest} too`;
}

/** And what is lost at some lengths. */
export function formatHorizon(history: ShortHistory): string {
  const shown = history.rows
    .filter(measured)
    .filter(({ characters }) => [1, 5, 10, 20, 50, 200].includes(characters));
  const losses = shown.map(({ characters, extraNats, low, high }) => {
    const spread = low === null || high === null ? '' : ` ± ${((high - low) / 2).toFixed(3)}`;
    return `${characters}: ${signed(extraNats)}${spread}`;
  });
  return `${horizonText(history)}${losses.length > 0 ? ` (${losses.join(', ')})` : ''}`;
}

const measured = ({ extraNats }: ShortHistory['rows'][number]): boolean => Number.isFinite(extraNats);

/** In thousandths, without a minus before a zero. */
function signed(value: number): string {
  const text = value.toFixed(3);
  return value < 0 && Number(text) !== 0 ? text : `+${text.replace('-', '')}`;
}

const characters = (n: number): string => `${grouped(n)} ${n === 1 ? 'character' : 'characters'}`;
