import type { Network } from '../../src/model/index.ts';

const STEP = 4e-4;
/** Elements below this share of their tensor's largest are judged against that share: their digits are rounding. */
const FLOOR = 1e-3;

/**
 * Largest relative error of every tensor's gradient against finite differences of the loss (five-point formula,
 * error ~ STEP⁴), over all elements.
 */
export function gradientErrors(network: Network): Map<string, number> {
  const scale = 1 / (network.B * network.T);
  network.forward();
  network.loss(scale);
  network.backward();
  return new Map(
    network.weights.table.map(({ name }) => {
      const analytic = network.gradient!.view(name);
      const largest = Math.max(...Array.from(analytic, Math.abs));
      let worst = 0;
      for (let i = 0; i < analytic.length; i++) {
        const numeric = numericGradient(network, name, i);
        const size = Math.max(Math.abs(numeric), Math.abs(analytic[i]!), FLOOR * largest);
        worst = Math.max(worst, Math.abs(numeric - analytic[i]!) / size);
      }
      return [name, worst];
    }),
  );
}

function numericGradient(network: Network, name: string, i: number): number {
  const view = network.weights.view(name);
  const original = view[i]!;
  const lossAt = (shift: number) => {
    view[i] = original + shift;
    network.weights.stale = true;
    network.forward();
    return network.loss(0) / (network.B * network.T);
  };
  const difference = 8 * (lossAt(STEP) - lossAt(-STEP)) - (lossAt(2 * STEP) - lossAt(-2 * STEP));
  lossAt(0);
  return difference / (12 * STEP);
}
