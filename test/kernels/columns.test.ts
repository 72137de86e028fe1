import { describe, expect, it } from 'vitest';
import type { Columns, Floats, Kernels } from '../../src/kernels/index.ts';
import { BACKENDS } from '../support/backends.ts';
import { fillRandom, randomIds } from '../support/models.ts';

interface Sizes {
  readonly M: number;
  readonly H: number;
  readonly G: number;
  readonly K: number;
  readonly V: number;
}

interface Case {
  /** the number of columns */
  readonly of: number;
  /** arrays that the kernel writes, and the column to which each of their elements belongs */
  readonly outputs: Readonly<Record<string, (i: number) => number>>;
  readonly run: (columns?: Columns) => void;
}

type Random = (name: string, length: number) => Floats;

/** One call of every kernel with columns, over arrays that `random` makes. */
const KERNELS: Record<string, (k: Kernels, random: Random, sizes: Sizes) => Case> = {
  linear: (k, random, { M, H, G, K }) => {
    const weight = k.weight(random('W', G * H * K), G * H, K, 'dense', G);
    weight.refresh();
    const [out, x] = [random('out', M * G * H), random('x', M * K)];
    return { of: H, outputs: { out: (i) => i % H }, run: (columns) => k.linear(out, x, weight, M, columns) };
  },
  linearInputGradient: (k, random, { M, H, K }) => {
    const weight = k.weight(random('W', K * H), K, H, 'dense');
    weight.refresh();
    const [dx, dy] = [random('dx', M * H), random('dy', M * K)];
    const run = (columns?: Columns) => k.linearInputGradient(dx, dy, weight, M, columns);
    return { of: H, outputs: { dx: (i) => i % H }, run };
  },
  'linearWeightGradient, rows': (k, random, { M, H, K }) => {
    const [dW, dy, x] = [random('dW', H * K), random('dy', M * H), random('x', M * K)];
    const run = (rows?: Columns) => k.linearWeightGradient(dW, dy, x, M, H, K, rows);
    return { of: H, outputs: { dW: (i) => Math.floor(i / K) }, run };
  },
  'linearWeightGradient, columns': (k, random, { M, H, K }) => {
    const [dW, dy, x] = [random('dW', K * H), random('dy', M * K), random('x', M * H)];
    const run = (columns?: Columns) => k.linearWeightGradient(dW, dy, x, M, K, H, undefined, columns);
    return { of: H, outputs: { dW: (i) => i % H }, run };
  },
  oneHotWeightGradient: (k, random, { M, H, V }) => {
    const [dW, dy, ids] = [random('dW', H * V), random('dy', M * H), k.allocateIndices(M)];
    randomIds(ids, V, 'ids');
    const run = (columns?: Columns) => k.oneHotWeightGradient(dW, dy, ids, M, H, V, columns);
    return { of: H, outputs: { dW: (i) => Math.floor(i / V) }, run };
  },
  biasGradient: (k, random, { M, H }) => {
    const [dBias, dy] = [random('dBias', H), random('dy', M * H)];
    const run = (columns?: Columns) => k.biasGradient(dBias, dy, M, H, columns);
    return { of: H, outputs: { dBias: (i) => i }, run };
  },
  tanh: (k, random, { M, H }) => {
    const x = random('x', M * H);
    return { of: H, outputs: { x: (i) => i % H }, run: (columns) => k.tanh(x, columns) };
  },
  tanhGradient: (k, random, { M, H }) => {
    const [dz, dh, h] = [random('dz', M * H), random('dh', M * H), random('h', M * H)];
    return { of: H, outputs: { dz: (i) => i % H }, run: (columns) => k.tanhGradient(dz, dh, h, columns) };
  },
  relu: (k, random, { M, H }) => {
    const x = random('x', M * H);
    return { of: H, outputs: { x: (i) => i % H }, run: (columns) => k.relu(x, columns) };
  },
  reluGradient: (k, random, { M, H }) => {
    const [dz, dh, h] = [random('dz', M * H), random('dh', M * H), random('h', M * H)];
    return { of: H, outputs: { dz: (i) => i % H }, run: (columns) => k.reluGradient(dz, dh, h, columns) };
  },
  lstmGates: (k, random, { M, H }) => {
    const [gates, before] = [random('gates', M * 4 * H), random('before', M * H)];
    const [c, h] = [random('c', M * H), random('h', M * H)];
    const unit = (i: number) => i % H;
    const run = (columns?: Columns) => k.lstmGates(gates, before, c, h, M, H, columns);
    return { of: H, outputs: { gates: unit, c: unit, h: unit }, run };
  },
  lstmGatesGradient: (k, random, { M, H }) => {
    const [dz, dc, dh] = [random('dz', M * 4 * H), random('dc', M * H), random('dh', M * H)];
    const [gates, before, c] = [random('gates', M * 4 * H), random('before', M * H), random('c', M * H)];
    const unit = (i: number) => i % H;
    const run = (columns?: Columns) => k.lstmGatesGradient(dz, dc, dh, gates, before, c, M, H, columns);
    return { of: H, outputs: { dz: unit, dc: unit }, run };
  },
  gruGates: (k, random, { M, H }) => {
    const [gates, recurrent, bhn] = [
      random('gates', M * 3 * H),
      random('recurrent', M * 3 * H),
      random('b', H),
    ];
    const [before, h] = [random('before', M * H), random('h', M * H)];
    const unit = (i: number) => i % H;
    const run = (columns?: Columns) => k.gruGates(gates, recurrent, bhn, before, h, M, H, columns);
    return { of: H, outputs: { gates: unit, recurrent: unit, h: unit }, run };
  },
  gruGatesGradient: (k, random, { M, H }) => {
    const [dz, dr] = [random('dz', M * 3 * H), random('dr', M * 3 * H)];
    const [dhPrevious, dh] = [random('dhPrevious', M * H), random('dh', M * H)];
    const [gates, recurrent] = [random('gates', M * 3 * H), random('recurrent', M * 3 * H)];
    const before = random('before', M * H);
    const unit = (i: number) => i % H;
    const run = (columns?: Columns) =>
      k.gruGatesGradient(dz, dr, dhPrevious, dh, gates, recurrent, before, M, H, columns);
    return { of: H, outputs: { dz: unit, dr: unit, dhPrevious: unit }, run };
  },
};

/** Values around every array that no kernel may touch. */
const MARGIN = 5;
const SIZES = [1, 2, 3, 13, 50].flatMap((M) => [7, 33, 100, 128, 130].map((H) => ({ M, H })));

/** A case over fresh arrays, the same at every call, each between NaNs. */
function prepare(kernels: Kernels, name: string, sizes: Sizes) {
  const arrays: Record<string, Floats> = {};
  const margins: Floats[] = [];
  const random: Random = (array, length) => {
    const whole = kernels.allocate(length + 2 * MARGIN).fill(Number.NaN);
    margins.push(whole.subarray(0, MARGIN), whole.subarray(MARGIN + length));
    arrays[array] = whole.subarray(MARGIN, MARGIN + length);
    fillRandom(arrays[array], `${name} ${array}`, 3);
    return arrays[array];
  };
  const { of, outputs, run } = KERNELS[name]!(kernels, random, sizes);
  const tight = () => margins.every((margin) => margin.every(Number.isNaN));
  return { arrays, of, outputs, run, tight };
}

/** The places of 0, …, of at multiples of the grain that cut it into `count` parts, some of which may be empty. */
function cut(of: number, grain: number, count: number): Columns[] {
  const at = (i: number) => Math.min(of, Math.floor((Math.ceil(of / grain) * i) / count) * grain);
  return Array.from({ length: count }, (_, i) => ({ of, from: at(i), to: at(i + 1) }));
}

const sameBytes = (a: Floats, b: Floats): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

describe.each(BACKENDS)('$name', ({ name: backend, create }) => {
  const gatesOf = (name: string) => (name === 'linear' ? [1, 3, 4] : [1]);

  it.each(SIZES)('$M rows of $H: parts give byte for byte what one call gives', ({ M, H }) => {
    const kernels = create();
    for (const name of Object.keys(KERNELS)) {
      for (const G of gatesOf(name)) {
        const sizes = { M, H, G, K: 35, V: 11 };
        const whole = prepare(kernels, name, sizes);
        whole.run();
        for (const count of [2, 3, 5]) {
          const parts = prepare(kernels, name, sizes);
          for (const columns of cut(whole.of, kernels.grain, count)) parts.run(columns);
          for (const [array, values] of Object.entries(parts.arrays))
            expect(sameBytes(values, whole.arrays[array]!), `${name}, ${G} gates, ${array}`).toBe(true);
          expect(whole.tight() && parts.tight(), name).toBe(true);
        }
      }
    }
  });

  it('columns outside the part are untouched', () => {
    const kernels = create();
    for (const name of Object.keys(KERNELS)) {
      for (const G of gatesOf(name)) {
        const sizes = { M: 3, H: 130, G, K: 35, V: 11 };
        const start = prepare(kernels, name, sizes);
        for (const columns of cut(start.of, kernels.grain, 3)) {
          const part = prepare(kernels, name, sizes);
          part.run(columns);
          for (const [array, values] of Object.entries(part.arrays)) {
            const before = start.arrays[array]!;
            const columnOf = part.outputs[array];
            const isOutside = (_: number, i: number) =>
              !columnOf || columnOf(i) < columns.from || columnOf(i) >= columns.to;
            // as text, since −0 is not 0
            expect(values.filter(isOutside).join(), `${name} ${array}`).toBe(before.filter(isOutside).join());
          }
          expect(part.tight(), name).toBe(true);
        }
      }
    }
  });

  it.each([
    { use: 'dense', rows: 84, columns: 35, gates: 1 },
    { use: 'dense', rows: 105, columns: 130, gates: 3 },
    { use: 'dense', rows: 400, columns: 33, gates: 4 },
    { use: 'oneHot', rows: 33, columns: 7, gates: 1 },
  ] as const)(
    'parts of refresh bring all copies up to date: $use $rows × $columns, $gates gates',
    (shape) => {
      const kernels = create();
      const data = kernels.allocate(shape.rows * shape.columns);
      fillRandom(data, 'W');
      const weight = () => kernels.weight(data, shape.rows, shape.columns, shape.use, shape.gates);
      const copiesOf = (of: object) =>
        Object.values(of).filter((copy): copy is Floats => ArrayBuffer.isView(copy) && copy !== data);
      const whole = weight();
      whole.refresh();
      for (const count of [1, 2, 3, 5]) {
        const parts = weight();
        const written = copiesOf(parts).map((copy) => copy.slice().fill(0));
        for (let index = 0; index < count; index++) {
          for (const copy of copiesOf(parts)) copy.fill(Number.NaN);
          parts.refresh({ index, count });
          copiesOf(parts).forEach((copy, c) => {
            copy.forEach((value, i) => {
              if (!Number.isNaN(value)) written[c]![i]!++;
            });
          });
        }
        expect(written.every((times) => times.every((time) => time === 1))).toBe(true);
        for (let index = 0; index < count; index++) parts.refresh({ index, count });
        copiesOf(parts).forEach((copy, c) => {
          expect(sameBytes(copy, copiesOf(whole)[c]!)).toBe(true);
        });
      }
    },
  );

  // plain loops of JavaScript cannot reach beyond their arrays
  if (backend.startsWith('reference')) return;

  it.each(Object.keys(KERNELS))('%s refuses nonsense', (name) => {
    const of = 130;
    const { run, tight } = prepare(create(), name, { M: 2, H: of, G: 1, K: 35, V: 11 });
    const nonsense: Columns[] = [
      { of, from: -1, to: 32 },
      { of, from: 64, to: 32 },
      { of, from: 0, to: of + 1 },
      { of, from: 0, to: 2 ** 31 },
      { of, from: -(2 ** 31), to: 0 },
      { of, from: 0.5, to: 32 },
      { of, from: Number.NaN, to: 32 },
      { of, from: 0, to: Number.POSITIVE_INFINITY },
      { of: of + 1, from: 0, to: 32 },
      { of: 0, from: 0, to: 0 },
      { of: -of, from: 0, to: 0 },
      { of: 2 ** 32 + of, from: 0, to: 32 },
    ];
    for (const columns of nonsense) expect(() => run(columns), JSON.stringify(columns)).toThrow(RangeError);
    expect(tight()).toBe(true);
    const cutsPanels = () => run({ of, from: 1, to: 32 });
    if (/^linear(InputGradient)?$/.test(name)) expect(cutsPanels).toThrow('columns cut inside a panel');
    else expect(cutsPanels).not.toThrow();
  });

  it('gates that do not divide the rows are refused', () => {
    const kernels = create();
    for (const gates of [0, 2, 3.5, -1, 14])
      expect(() => kernels.weight(kernels.allocate(35), 7, 5, 'dense', gates)).toThrow(RangeError);
  });
});
