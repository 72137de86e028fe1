import type { Inspection } from '../../inspect/index.ts';
import { grouped } from '../numbers.ts';

type Reach = Pick<Inspection, 'horizon' | 'contextHorizon' | 'noHorizon'>;

/** The context horizon in words. */
export function horizonText({ horizon, contextHorizon, noHorizon }: Reach): string {
  if (contextHorizon !== null)
    return `less than 0.01 nats are lost from ${grouped(contextHorizon)} characters on`;
  const longest = grouped(horizon.at(-1)?.characters ?? 0);
  return noHorizon === 'cannot tell'
    ? `cannot tell from so little text whether 0.01 nats are lost with ${longest} characters`
    : `more than 0.01 nats are lost with ${longest} characters too`;
}

/** And what is lost at some lengths. */
export function formatHorizon(reach: Reach & Pick<Inspection, 'horizonPlaces'>): string {
  const shown = reach.horizon.filter(({ characters }) => [1, 5, 20, 50, 200].includes(characters));
  const losses = shown.map(({ characters, extraNats, low, high }) => {
    const spread = low === null || high === null ? '' : ` ± ${((high - low) / 2).toFixed(3)}`;
    return `${characters}: ${extraNats < 0 ? '' : '+'}${extraNats.toFixed(3)}${spread}`;
  });
  return `${horizonText(reach)} (nats lost with only so much history, 95 %, ${grouped(reach.horizonPlaces)} places: ${losses.join(', ')})`;
}
