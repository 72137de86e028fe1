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

function travel(both: Both<Facts>, names: Both<string>): Difference {
  const [first, second] = both.map(({ carried: { steps, factors } }) =>
    typical(factors.map((factor) => factor ** (FLOW_STEPS / steps))),
  ) as [Range, Range];
  if (!(first.median < Infinity && second.median < Infinity))
    return { more: null, text: 'They cannot be compared: states grow beyond what a float holds' };
  const more = first.low > second.high ? 0 : second.low > first.high ? 1 : null;
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

/** At the longest history with which what they lose differs for sure. */
function past([first, second]: Both<Facts>, names: Both<string>): Difference {
  const pairs = first.horizon.replaced.rows.flatMap((row) => {
    const other = second.horizon.replaced.rows.find(({ characters }) => characters === row.characters);
    return other ? [[row, other] as const] : [];
  });
  const found = pairs.findLast(([a, b]) => above(a, b) || above(b, a));
  if (!found) return { more: null, text: 'Neither uses more of its past for sure: what they lose overlaps' };
  const more = above(found[0], found[1]) ? 0 : 1;
  const [most, least] = more === 0 ? found : [found[1], found[0]];
  return {
    more,
    text: `${names[more]} uses more of its past: other text before ${lastCharacters(most.characters)} costs it ${lost(most)}, ${names[1 - more]} ${lost(least)}`,
  };
}

const above = (a: HorizonRow, b: HorizonRow): boolean => a.low !== null && b.high !== null && a.low > b.high;
