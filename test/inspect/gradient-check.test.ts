import { describe, expect, it } from 'vitest';
import { checkGradients, compareGradient, type GradientCheck } from '../../src/inspect/gradient-check.ts';
import { type Floats, ReferenceKernels } from '../../src/kernels/index.ts';
import type { Architecture, Network } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { formatCheck } from '../../src/report/terminal/gradient-check.ts';
import { randomNetwork } from '../support/models.ts';

const ALL = 1000;
/** Of the recurrent weights of the lowest of two layers. */
const TENSOR = 'layers.0.Whh';

/** Two layers whose lower one gets a gradient of about this share of its own: what goes up is as small. */
function networkWith(share: number, model: Partial<Architecture> = {}): Network {
  const network = randomNetwork(new ReferenceKernels('float64'), 2, undefined, 'check', model);
  network.weights.view('layers.1.Wxh').forEach((value, i, view) => {
    view[i] = value * share;
  });
  network.weights.stale = true;
  network.forward();
  network.loss(1);
  network.backward();
  return network;
}

const check = (network: Network): GradientCheck =>
  compareGradient(network, network.gradient!, ALL, createRandom(1, 'check'));

const tensorOf = ({ tensors }: GradientCheck, name = TENSOR) =>
  tensors.find((tensor) => tensor.name === name)!;

const largestOf = (values: Floats): number => Math.max(...Array.from(values, Math.abs));

const SHARES = [1, 1e-2, 1e-4, 2.6e-6, 1e-8, 1e-10, 1e-12];

describe('the gradient check', () => {
  it.each(SHARES)('a right gradient passes where a tensor has %s of what others have', (share) => {
    const found = check(networkWith(share));
    expect(found.passed).toBe(true);
    expect(found.maxRelativeError).toBeLessThanOrEqual(1e-6);
  });

  it.each(SHARES)(
    'an error of a thousandth in one element, at %s: it fails, or rounding hides it and that is said',
    (share) => {
      const network = networkWith(share);
      const view = network.gradient!.view(TENSOR);
      const clean = tensorOf(check(network));
      const seen = { caught: 0, hidden: 0 };
      for (let i = 0; i < view.length; i += 12) {
        const right = view[i]!;
        view[i] = right + 2e-3 * Math.max(Math.abs(right), largestOf(view) / 100);
        const found = tensorOf(check(network));
        view[i] = right;
        if (found.passed) {
          expect(found.tooSmall).toBeGreaterThan(0);
          seen.hidden++;
        } else seen.caught++;
      }
      // no element that counts as checked lets it pass
      expect(seen.caught > 0 || clean.checked === 0).toBe(true);
      if (share >= 1e-4) expect(seen.hidden).toBe(0);
      if (share <= 1e-10) expect(clean.checked).toBe(0);
    },
  );

  it('a gradient far off fails at every scale above rounding', () => {
    for (const share of [1, 2.6e-6, 1e-8]) {
      const network = networkWith(share);
      const view = network.gradient!.view(TENSOR);
      const most = largestOf(view);
      const largest = view.findIndex((value: number) => Math.abs(value) === most);
      view[largest] = -view[largest]!;
      expect(check(network)).toMatchObject({ passed: false });
      expect(check(network).maxRelativeError).toBeCloseTo(2, 1);
    }
  });

  it('weights so large that a step of 1e-3 is long: shorter ones are taken', () => {
    const network = randomNetwork(new ReferenceKernels('float64'), 2, undefined, 'large');
    network.weights.data.forEach((value, i, data) => {
      data[i] = value * 12;
    });
    network.weights.stale = true;
    network.forward();
    network.loss(1);
    network.backward();
    const found = check(network);
    expect(found.passed).toBe(true);
    expect(found.tensors.reduce((sum, { checked }) => sum + checked, 0)).toBeGreaterThan(100);
  });

  it('a zero gradient says nothing and is not counted as checked', () => {
    const network = networkWith(0);
    expect(tensorOf(check(network))).toMatchObject({ passed: true, checked: 0, tooSmall: 49 });
  });

  it('of ReLUs, elements at whose place one switches are counted apart', () => {
    const network = networkWith(1, { nonlinearity: 'relu' });
    // a unit that stands exactly at its kink in every step
    const { weights } = network;
    weights.view('layers.1.Wxh').fill(0, 0, 7);
    weights.view('layers.1.Whh').fill(0, 0, 7);
    weights.view('layers.1.bh')[0] = 0;
    weights.stale = true;
    network.forward();
    network.loss(1);
    network.backward();
    const found = check(network);
    expect(found.passed).toBe(true);
    const bias = tensorOf(found, 'layers.1.bh');
    expect(bias.atKinks).toBeGreaterThan(0);
    for (const { checked, tooSmall, atKinks, name } of found.tensors)
      expect(checked + tooSmall + atKinks).toBe(weights.view(name).length);
  });

  it('not a number fails', () => {
    const network = networkWith(1);
    network.gradient!.view(TENSOR)[3] = Number.NaN;
    expect(check(network).passed).toBe(false);
  });

  it('says what was left out', () => {
    const { weights, kernels } = {
      weights: networkWith(1e-12).weights,
      kernels: new ReferenceKernels('float64'),
    };
    const found = checkGradients({ weights, kernels }, [1, 2, 3], 20, createRandom(1, 'x'));
    const line = formatCheck({ gradientCheck: found, parameters: 1234 });
    expect(line).toMatch(
      /^passed: largest relative error \d\.\de-\d+ against finite differences, \d+ of 1,234 parameters; \d+ were too small to check beside rounding$/,
    );
  });
});
