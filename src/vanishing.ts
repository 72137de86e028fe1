/**
 * What happens to a gradient on its way back through time, [tanh′]^N·(Whh)^N: a property of the network's Jacobians along
 * a text, whatever the loss. The lecture, the inspector and their reports all use these words as they are defined here.
 */
export type Flow = 'vanishing' | 'carried' | 'exploding';

/** Steps over which the words are defined. */
export const FLOW_STEPS = 50;
/** Below and above these factors over so many steps. */
export const FLOW_FACTORS = { vanishing: 0.01, exploding: 100 } as const;

/** The definition in words, for help texts and pages. */
export const FLOW_DEFINITIONS: Record<'vanishing' | 'exploding', string> = {
  vanishing: `over ${FLOW_STEPS} steps less than a hundredth is left of a gradient in the direction that shrinks least`,
  exploding: `over ${FLOW_STEPS} steps a gradient can grow more than a hundredfold`,
};

/**
 * The word for a product of Jacobians by its largest singular value.
 * @param logFactor its logarithm, −∞ of 0; NaN of a product that no float holds
 * @param steps how many Jacobians; by what the same factor a step makes of 50
 */
export function flowOf(logFactor: number, steps: number): Flow {
  const over50 = (logFactor * FLOW_STEPS) / steps;
  if (over50 < Math.log(FLOW_FACTORS.vanishing)) return 'vanishing';
  return over50 <= Math.log(FLOW_FACTORS.exploding) ? 'carried' : 'exploding';
}
