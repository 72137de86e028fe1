import { describe, expect, it } from 'vitest';
import { ReferenceKernels } from '../../src/kernels/index.ts';
import type { Matrix } from '../../src/lecture/algebra.ts';
import { stepGru } from '../../src/lecture/gru.ts';
import { giveLecture, lectureScenes, TEXTS } from '../../src/lecture/index.ts';
import { stepLstm } from '../../src/lecture/lstm.ts';
import { stepForward } from '../../src/lecture/steps.ts';
import { createWeights, initializeWeights } from '../../src/model/index.ts';
import { createRandom } from '../../src/random.ts';
import { flowOf } from '../../src/vanishing.ts';
import { textOf } from '../support/lecture.ts';

const WORDS = ['hello', '안녕하세요', 'aa', 'ab', 'mississippi', 'abcdefghijkl'];
const close = (actual: number, expected: number, bound: number) =>
  expect(Math.abs(actual - expected), `${actual}, ${expected}`).toBeLessThanOrEqual(bound);

/** σ_max by the power method on MᵀM. */
function largestStretch(M: Matrix): number {
  let v = M[0]!.map((_, j) => 1 + j / 7);
  let length = 0;
  for (let round = 0; round < 500; round++) {
    const Mv = M.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
    const back = v.map((_, j) => M.reduce((sum, row, i) => sum + row[j]! * Mv[i]!, 0));
    length = Math.hypot(...Mv) / Math.hypot(...v);
    const size = Math.hypot(...back);
    v = back.map((value) => value / size);
  }
  return length;
}

/** ∂after(state)/∂state by central differences, one column a number of the state. */
function numericJacobian(
  after: (state: number[]) => number[],
  state: readonly number[],
  nudge = 1e-5,
): Matrix {
  const columns = state.map((_, column) => {
    const moved = (by: number) => after(state.map((value, i) => (i === column ? value + by : value)));
    const [up, down] = [moved(nudge), moved(-nudge)];
    return up.map((value, i) => (value - down[i]!) / (2 * nudge));
  });
  return columns[0]!.map((_, row) => columns.map((column) => column[row]!));
}

describe.each(WORDS)('gradients of %s', (word) => {
  const lecture = giveLecture(word, 1);
  const { steps, weights, decays, lstm, gru } = lecture;
  const T = steps.length;
  const ids = Array.from({ length: 50 }, (_, t) => steps[t % T]!.input);

  it('the nudge of one number of the past changes the loss as the column of Whh says', () => {
    const { dz } = lecture.backward[0]!;
    const column = weights.Whh.reduce((sum, row, i) => sum + row[0]! * dz[i]!, 0);
    close(lecture.nudge.slope, column, 1e-6);
    close(lecture.backward[0]!.toPast[0]!, column, 1e-14);
  });

  it('two windows: the state goes on, the gradient is that of each window alone', () => {
    const { inputs, border, carried, loss, cut, dh, gradient, missed, twice } = lecture.truncation;
    expect(twice).toBe(T === 1);
    const targets = inputs.map((_, i) => steps[i % T]!.target);
    const lossFrom = (h0: number[], from: number, to: number, Whh = weights.Whh) => {
      let [h, sum] = [h0, 0];
      for (let t = from; t < to; t++) {
        const step = stepForward({ ...weights, Whh }, inputs[t]!, h);
        [h, sum] = [step.h, sum - Math.log(step.p[targets[t]!]!)];
      }
      return { h, sum };
    };
    const zero = [0, 0, 0];
    const end = inputs.length;
    expect(lossFrom(zero, 0, border).h).toEqual(carried);
    close(loss.carried, lossFrom(carried, border, end).sum, 1e-12);
    close(loss.reset, lossFrom(zero, border, end).sum, 1e-12);
    const nudged = (i: number, j: number, of: (Whh: Matrix) => number) => {
      const moved = (by: number) =>
        of(weights.Whh.map((row, r) => row.map((value, c) => value + (r === i && c === j ? by : 0))));
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    };
    for (const [i, j] of [
      [0, 0],
      [1, 2],
      [2, 1],
    ] as const) {
      close(
        gradient.whole[i]![j]!,
        nudged(i, j, (Whh) => lossFrom(zero, 0, end, Whh).sum),
        1e-6,
      );
      const apart = (Whh: Matrix) =>
        lossFrom(zero, 0, border, Whh).sum + lossFrom(carried, border, end, Whh).sum;
      close(gradient.windows[i]![j]!, nudged(i, j, apart), 1e-6);
    }
    for (let i = 0; i < 3; i++) {
      close(dh.whole[i]!, dh.window[i]! + cut[i]!, 1e-12);
      const moved = (by: number) =>
        lossFrom(
          carried.map((value, k) => value + (k === i ? by : 0)),
          border,
          end,
        ).sum;
      close(cut[i]!, (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-6);
    }
    const difference = gradient.whole.flat().map((value, i) => value - gradient.windows.flat()[i]!);
    close(missed, Math.hypot(...difference) / Math.hypot(...gradient.whole.flat()), 1e-12);
  });

  it('temperatures: exp(y/T), normalized, of the step whose answer is least sure', () => {
    const { t, cases } = lecture.temperatures;
    const { y, p, target } = steps[t - 1]!;
    for (const step of steps) expect(p[target]!).toBeLessThanOrEqual(step.p[step.target]!);
    expect(cases.map(({ temperature }) => temperature)).toEqual([0.5, 1, 2]);
    for (const { temperature, p: shaped } of cases) {
      const e = y.map((logit) => Math.exp(logit / temperature));
      const sum = e.reduce((a, b) => a + b, 0);
      shaped.forEach((value, v) => {
        close(value, e[v]! / sum, 1e-12);
      });
    }
  });

  it('decay of the RNN: what the table of products has, over the same text', () => {
    const [rnn] = decays;
    expect(rnn!.norms).toHaveLength(50);
    for (const { N, norm } of lecture.horizon) close(rnn!.norms[N - 1]! / norm, 1, 1e-9);
  });

  it('decay of LSTM and GRU: the stretch of finite differences over the last 5 steps', () => {
    const [, ofGru, ofLstm, open] = decays;
    const states = { h: [0, 0, 0], c: [0, 0, 0], g: [0, 0, 0] };
    for (const id of ids.slice(0, 45)) {
      const { h, c } = stepLstm(lstm.weights, id, states);
      Object.assign(states, { h, c, g: stepGru(gru.weights, id, states.g).h });
    }
    const last = ids.slice(45);
    const lstmAfter = (state: number[]) => {
      let now = { h: state.slice(0, 3), c: state.slice(3) };
      for (const id of last) now = stepLstm(lstm.weights, id, now);
      return [...now.h, ...now.c];
    };
    const gruAfter = (state: number[]) => last.reduce((h, id) => stepGru(gru.weights, id, h).h, state);
    const stretch = largestStretch(numericJacobian(lstmAfter, [...states.h, ...states.c]));
    close(ofLstm!.norms[4]! / stretch, 1, 1e-4);
    const gruStretch = largestStretch(numericJacobian(gruAfter, states.g));
    close(ofGru!.norms[4]!, gruStretch, 1e-4 * gruStretch + 1e-9);
    expect(decays.map(({ cell, forgetBias }) => [cell, forgetBias])).toEqual([
      ['rnn', null],
      ['gru', null],
      ['lstm', 1],
      ['lstm', 5],
    ]);
    for (const { norms, flow } of decays) expect(flow).toBe(flowOf(Math.log(norms[49]!), 50));
    expect(open!.norms[49]!).toBeGreaterThan(decays[0]!.norms[49]!);
  });
});

describe.each(['hello', 'ab', 'aaaaaaaaaaaa'])('the explosion on %s', (word) => {
  const { explosion, steps, vocabulary } = giveLecture(word, 1);
  const [H, V, T] = [32, vocabulary.length, 50];
  const at = (t: number) => steps[t % steps.length]!;
  const kernels = new ReferenceKernels('float64');
  const weights = createWeights({ cell: 'rnn', hidden: H, layers: 1, vocabularySize: V }, kernels);
  initializeWeights(
    weights,
    { init: 'orthogonal', initGain: 3, forgetBias: 1 },
    createRandom(explosion.rngSeed, 'init'),
  );

  /** Gradient of the mean loss, by loops, in the order of the library's parameters; and the mean of 1 − h². */
  function gradientOf(data: ArrayLike<number>, length: number): { gradient: number[]; slope: number } {
    const place = (name: string, i: number) =>
      (weights.view(name).byteOffset - weights.data.byteOffset) / 8 + i;
    const W = (name: string, i: number) => data[place(name, i)]!;
    const h: number[][] = [new Array<number>(H).fill(0)];
    const dys: number[][] = [];
    for (let t = 0; t < length; t++) {
      const { input, target } = at(t);
      const previous = h[t]!;
      const now = previous.map((_, j) => {
        let z = W('layers.0.bh', j) + W('layers.0.Wxh', j * V + input);
        for (let k = 0; k < H; k++) z += W('layers.0.Whh', j * H + k) * previous[k]!;
        return Math.tanh(z);
      });
      h.push(now);
      const e = Array.from({ length: V }, (_, v) =>
        Math.exp(now.reduce((sum, value, j) => sum + W('output.Why', v * H + j) * value, W('output.by', v))),
      );
      const sum = e.reduce((a, b) => a + b, 0);
      dys.push(e.map((value, v) => (value / sum - Number(v === target)) / length));
    }
    const gradient = new Array<number>(data.length).fill(0);
    const add = (name: string, i: number, value: number) => {
      gradient[place(name, i)] = gradient[place(name, i)]! + value;
    };
    let future = new Array<number>(H).fill(0);
    for (let t = length - 1; t >= 0; t--) {
      const [now, previous, dy] = [h[t + 1]!, h[t]!, dys[t]!];
      const dz = now.map((value, j) => {
        const own = dy.reduce((sum, d, v) => sum + d * W('output.Why', v * H + j), 0);
        return (own + future[j]!) * (1 - value * value);
      });
      for (const [v, d] of dy.entries()) {
        add('output.by', v, d);
        for (let j = 0; j < H; j++) add('output.Why', v * H + j, d * now[j]!);
      }
      for (const [j, d] of dz.entries()) {
        add('layers.0.bh', j, d);
        add('layers.0.Wxh', j * V + at(t).input, d);
        for (let k = 0; k < H; k++) add('layers.0.Whh', j * H + k, d * previous[k]!);
      }
      future = previous.map((_, k) => dz.reduce((sum, d, j) => sum + d * W('layers.0.Whh', j * H + k), 0));
    }
    const slopes = h.slice(1).flatMap((state) => state.map((value) => 1 - value * value));
    return { gradient, slope: slopes.reduce((a, b) => a + b, 0) / slopes.length };
  }

  it('the gradient over each window equals back-propagation by loops; clipping makes it 5 long', () => {
    for (const { steps: length, norm, factor } of explosion.windows) {
      const expected = Math.hypot(...gradientOf(weights.data, length).gradient);
      close(norm / expected, 1, 1e-9);
      close(norm * factor, Math.min(5, expected), 1e-5);
    }
    expect(explosion.windows.map(({ steps: length }) => length)).toEqual([1, 2, 5, 10, 20, 50]);
    expect(explosion.windows.at(-1)!.norm).toBeGreaterThan(100);
    expect(explosion.gains.map(({ initGain, flow }) => [initGain, flow])).toEqual([
      [1, 'vanishing'],
      [3, 'exploding'],
    ]);
  });

  it('one step of gradient descent, unclipped and clipped', () => {
    const { learningRate, length, slope, weights: size } = explosion.step;
    const { gradient, slope: before } = gradientOf(weights.data, T);
    const norm = Math.hypot(...gradient);
    const moved = (factor: number) =>
      Array.from(weights.data, (value, i) => value - 0.1 * factor * gradient[i]!);
    expect(learningRate).toBe(0.1);
    close(size, Math.hypot(...weights.data), 1e-9);
    close(length.unclipped / (0.1 * norm), 1, 1e-9);
    close(length.clipped, 0.5, 1e-6);
    close(slope.before, before, 1e-9);
    close(slope.unclipped, gradientOf(moved(1), T).slope, 1e-6);
    close(slope.clipped, gradientOf(moved(5 / norm), T).slope, 1e-4);
  });
});

describe('what the scenes say of hello', () => {
  const scenes = lectureScenes(giveLecture('hello', 1), TEXTS.en);

  it('the way there and back of one number', () => {
    expect(textOf(scenes, 'transpose')).toContain(`
    Whh[1,1]·dz₄[1] + Whh[2,1]·dz₄[2] + Whh[3,1]·dz₄[3]
    = 0.7639·(−0.0613) + 0.4967·0.0736 + (−0.4691)·(−0.0075)
    = −0.0068
`);
  });

  it('windows, temperature, explosion and decay', () => {
    expect(textOf(scenes, 'windows')).toContain(`
  Here the first window reads “he”, the second “ll”. Forward, nothing is cut:
  the second window begins with the state that the first one has left, h₂.
`);
    expect(textOf(scenes, 'temperature')).toContain(`
  character     y₄  T = 0.5  T = 1  T = 2
  ‘h’         0.03    0.003  0.046  0.144
  ‘e’        -0.76    0.001  0.021  0.097
  ‘l’        -0.27    0.001  0.034  0.124
  ‘o’         3.00    0.995  0.899  0.635
`);
    expect(textOf(scenes, 'explosion')).toContain(`
     20     24.8                   0.201             5.00
     50  1.3·10⁴                3.9·10⁻⁴             5.00
`);
    expect(textOf(scenes, 'decay')).toContain(`
  model                  N = 1  N = 10     N = 50  over 50 steps
  RNN                     1.72  0.0305  5.0·10⁻¹²  vanishing
  GRU                     1.99  0.0517  1.1·10⁻¹¹  vanishing
  LSTM, --forget-bias 1   1.95   0.753   1.5·10⁻⁵  vanishing
  LSTM, --forget-bias 5   1.65    3.51       1.24  carried
`);
  });

  it('the chart: each curve has its own sign, and the axis whole powers of ten', () => {
    const chart = textOf(scenes, 'explosion').split('\n');
    expect(chart.find((line) => line.startsWith('      1e7┤'))).toMatch(/^ {6}1e7┤ +○+$/);
    expect(chart.find((line) => line.startsWith('     1e-9┤'))).toBeDefined();
    expect(chart).toContain('          ● --init-gain 1   ○ --init-gain 3');
    expect(chart).toContain('        N 1                                               50');
  });

  it('what falls below the chart leaves it', () => {
    const text = textOf(lectureScenes(giveLecture('world', 1), TEXTS.en), 'decay');
    expect(text).toContain('\n    1e-15┤               ●●       ○○○\n');
  });
});
