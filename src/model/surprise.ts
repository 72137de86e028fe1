import type { Network } from './network.ts';

/** −ln p of a character at one row of the logits y, in float64: ln Σ_v e^{y_v} − y_id */
export function surprise({ logits, weights }: Network, row: number, id: number): number {
  const { vocabularySize: V } = weights.architecture;
  const first = row * V;
  let max = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < V; v++) max = Math.max(max, logits[first + v]!);
  let sum = 0;
  for (let v = 0; v < V; v++) sum += Math.exp(logits[first + v]! - max);
  return max + Math.log(sum) - logits[first + id]!;
}
