import type { FlowRow } from '../../../checkpoint/index.ts';
import { FLOW_STEPS, type Flow, flowOf } from '../../../vanishing.ts';

/** The word for a look at the gradient's flow, by the largest Lyapunov exponent: no exponent is −∞, of what is lost wholly. */
export function verdictOf({ largestLyapunov }: FlowRow): { flow: Flow; factor: number } {
  const logFactor = FLOW_STEPS * (largestLyapunov ?? Number.NEGATIVE_INFINITY);
  return { flow: flowOf(logFactor, FLOW_STEPS), factor: Math.exp(logFactor) };
}
