/** A possible next character: its probability under the settings, and as the model gives it. */
export interface Bar {
  id: number;
  probability: number;
  plain: number;
}

export interface Bars {
  top: Bar[];
  /** all further characters together */
  others: { count: number; probability: number; plain: number };
}

/**
 * The most probable characters, in the order that the model gives them by itself, so that settings change the lengths of
 * bars and not their places.
 * @param plain probabilities without settings; ties go to the lower id
 */
export function barsOf(shaped: Float64Array, plain: Float64Array, count: number): Bars {
  const order = Array.from(plain, (_, id) => id).sort((a, b) => plain[b]! - plain[a]! || a - b);
  const bars = order.map((id) => ({ id, probability: shaped[id]!, plain: plain[id]! }));
  const rest = bars.slice(count);
  const sum = (key: 'probability' | 'plain') => rest.reduce((total, bar) => total + bar[key], 0);
  return {
    top: bars.slice(0, count),
    others: { count: rest.length, probability: sum('probability'), plain: sum('plain') },
  };
}
