import { FLOW_STEPS, flowOf } from '../vanishing.ts';
import { lastCharacters, lost, times, typical } from './answers.ts';
import type { Facts } from './facts.ts';
import type { HorizonRow } from './units/horizon.ts';

/** Comparison of two models; the gradients that their losses send back now do not tell a better one. */
export interface Comparison {
  /** which of the two carries gradients further, 0 or 1; null where their ranges overlap */
  travel: Difference;
  /** which of the two uses more of its past; null where their intervals overlap at every length */
  past: Difference;
}

export interface Difference {
  more: 0 | 1 | null;
  text: string;
}

type Both<T> = readonly [T, T];

export function compareFacts(both: Both<Facts>, names: Both<string>): Comparison {
  return { travel: travel(both, names), past: past(both, names) };
}

/** What both carry over FLOW_STEPS steps, and whose is larger for sure; null where one is beyond what a float holds. */
export function carriedByBoth(both: Both<Facts>): { more: 0 | 1 | null; factors: Both<Range> } | null {
  const factors = both.map(({ carried: { steps, factors } }) =>
    typical(factors.map((factor) => factor ** (FLOW_STEPS / steps))),
  ) as [Range, Range];
  const [first, second] = factors;
  if (!(first.median < Infinity && second.median < Infinity)) return null;
  return { more: first.low > second.high ? 0 : second.low > first.high ? 1 : null, factors };
}

function travel(both: Both<Facts>, names: Both<string>): Difference {
  const carried = carriedByBoth(both);
  if (carried === null)
    return { more: null, text: 'They cannot be compared: states grow beyond what a float holds' };
  const {
    more,
    factors: [first, second],
  } = carried;
  if (more === null) {
    const medians = `${times(first.median)} and ${times(second.median)} over ${FLOW_STEPS} steps`;
    return { more, text: `Neither carries gradients further for sure: ${medians}, and their ranges overlap` };
  }
  const [most, least] = more === 0 ? [first, second] : [second, first];
  const grows = flowOf(Math.log(most.median), FLOW_STEPS) === 'exploding';
  const does = grows ? 'lets gradients grow most' : 'carries gradients further';
  const factors = `${times(most.median)} against ${times(least.median)} over ${FLOW_STEPS} steps`;
  return { more, text: `${names[more]} ${does}: ${factors}, and their ranges do not overlap` };
}

type Range = ReturnType<typeof typical>;

/** The longest history with which what both lose differs for sure, and who loses more. */
export function lostByBoth([first, second]: Both<Facts>): { more: 0 | 1; rows: Both<HorizonRow> } | null {
  const pairs = first.horizon.replaced.rows.flatMap((row) => {
    const other = second.horizon.replaced.rows.find(({ characters }) => characters === row.characters);
    return other ? [[row, other] as const] : [];
  });
  const found = pairs.findLast(([a, b]) => above(a, b) || above(b, a));
  return found ? { more: above(found[0], found[1]) ? 0 : 1, rows: found } : null;
}

function past(both: Both<Facts>, names: Both<string>): Difference {
  const found = lostByBoth(both);
  if (!found) return { more: null, text: 'Neither uses more of its past for sure: what they lose overlaps' };
  const { more, rows } = found;
  const [most, least] = [rows[more], rows[more === 0 ? 1 : 0]];
  return {
    more,
    text: `${names[more]} uses more of its past: other text before ${lastCharacters(most.characters)} costs it ${lost(most)}, ${names[1 - more]} ${lost(least)}`,
  };
}

const above = (a: HorizonRow, b: HorizonRow): boolean => a.low !== null && b.high !== null && a.low > b.high;
