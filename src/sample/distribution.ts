import type { Random } from '../random.ts';

/** How a distribution is bent before a character is drawn from it. */
export interface Shaping {
  /** logits are divided by it: below 1 sharper, above 1 flatter */
  temperature: number;
  /** keep only the k most probable; 0 keeps all */
  topK: number;
  /** keep the fewest characters whose probabilities reach p (Holtzman et al. 2020); 1 keeps all */
  topP: number;
  /** drop what is less probable than this fraction of the most probable; 0 keeps all */
  minP: number;
}

/**
 * Probabilities of the next character from its logits (V): temperature, then top-k, top-p and min-p, each on the
 * distribution at that temperature. Ties go to the lower id. The result sums to 1.
 */
export function shapeDistribution(
  logits: ArrayLike<number>,
  { temperature, topK, topP, minP }: Shaping,
): Float64Array {
  const p = softmax(logits, temperature);
  if (topK > 0 || topP < 1 || minP > 0) keepProbable(p, topK > 0 ? topK : p.length, topP, minP);
  return p;
}

/** Logits of the mean of several distributions: ln of the mean probability; those of one are left as they are. */
export function averageLogits(models: readonly ArrayLike<number>[]): ArrayLike<number> {
  if (models.length === 1) return models[0]!;
  const probabilities = models.map((logits) => softmax(logits, 1));
  return Float64Array.from(models[0]!, (_, v) =>
    Math.log(probabilities.reduce((sum, p) => sum + p[v]!, 0) / models.length),
  );
}

function softmax(logits: ArrayLike<number>, temperature: number): Float64Array {
  let max = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < logits.length; v++) max = Math.max(max, logits[v]!);
  const p = Float64Array.from(logits, (logit) => Math.exp((logit - max) / temperature));
  return normalize(p);
}

function normalize(p: Float64Array): Float64Array {
  const sum = p.reduce((total, value) => total + value, 0);
  for (let v = 0; v < p.length; v++) p[v] = p[v]! / sum;
  return p;
}

function keepProbable(p: Float64Array, topK: number, topP: number, minP: number): void {
  const order = Array.from(p, (_, id) => id).sort((a, b) => p[b]! - p[a]! || a - b);
  const threshold = minP * p[order[0]!]!;
  let mass = 0;
  order.forEach((id, rank) => {
    const keep = rank === 0 || (rank < topK && mass < topP && p[id]! >= threshold);
    mass += p[id]!;
    if (!keep) p[id] = 0;
  });
  normalize(p);
}

/** Draws an id by inverting the cumulative distribution with one uniform number. */
export function draw(p: Float64Array, random: Random): number {
  let remaining = random.next();
  let last = 0;
  for (let id = 0; id < p.length; id++) {
    if (p[id] === 0) continue;
    last = id;
    remaining -= p[id]!;
    if (remaining < 0) return id;
  }
  return last;
}

/** The most probable id; the lowest of equals. */
export function argmax(logits: ArrayLike<number>): number {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[best]!) best = v;
  return best;
}
