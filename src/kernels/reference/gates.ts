import type { Floats } from '../kernels.ts';

/* The gated cells of the reference kernels; equations in src/model/lstm.ts and gru.ts. */

/** From e to the power of −|x|, so that nothing overflows and small results keep their digits. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

export function lstmGates(
  gates: Floats,
  cPrevious: Floats,
  c: Floats,
  h: Floats,
  B: number,
  H: number,
  { from, to } = { from: 0, to: H },
): void {
  for (let b = 0; b < B; b++) {
    for (let j = from, at = b * H + j, z = 4 * b * H + j; j < to; j++, at++, z++) {
      const i = sigmoid(gates[z]!);
      const f = sigmoid(gates[z + H]!);
      const g = Math.tanh(gates[z + 2 * H]!);
      const o = sigmoid(gates[z + 3 * H]!);
      c[at] = f * cPrevious[at]! + i * g;
      h[at] = o * Math.tanh(c[at]!);
      gates[z] = i;
      gates[z + H] = f;
      gates[z + 2 * H] = g;
      gates[z + 3 * H] = o;
    }
  }
}

// biome-ignore format: one line a function
export function lstmGatesGradient(dz: Floats, dc: Floats, dh: Floats, gates: Floats, cPrevious: Floats, c: Floats, B: number, H: number, { from, to } = { from: 0, to: H }): void {
  for (let b = 0; b < B; b++) {
    for (let j = from, at = b * H + j, z = 4 * b * H + j; j < to; j++, at++, z++) {
      const [i, f, g, o] = [gates[z]!, gates[z + H]!, gates[z + 2 * H]!, gates[z + 3 * H]!];
      const tanhC = Math.tanh(c[at]!);
      const dcAll = dc[at]! + dh[at]! * o * (1 - tanhC * tanhC);
      dz[z] = dcAll * g * i * (1 - i);
      dz[z + H] = dcAll * cPrevious[at]! * f * (1 - f);
      dz[z + 2 * H] = dcAll * i * (1 - g * g);
      dz[z + 3 * H] = dh[at]! * tanhC * o * (1 - o);
      dc[at] = dcAll * f;
    }
  }
}

// biome-ignore format: one line a function
export function gruGates(gates: Floats, recurrent: Floats, bhn: Floats, hPrevious: Floats, h: Floats, B: number, H: number, { from, to } = { from: 0, to: H }): void {
  for (let b = 0; b < B; b++) {
    for (let j = from, at = b * H + j, p = 3 * b * H + j; j < to; j++, at++, p++) {
      const r = sigmoid(gates[p]! + recurrent[p]!);
      const z = sigmoid(gates[p + H]! + recurrent[p + H]!);
      recurrent[p + 2 * H] = recurrent[p + 2 * H]! + bhn[j]!;
      const n = Math.tanh(gates[p + 2 * H]! + r * recurrent[p + 2 * H]!);
      h[at] = (1 - z) * n + z * hPrevious[at]!;
      gates[p] = r;
      gates[p + H] = z;
      gates[p + 2 * H] = n;
    }
  }
}

// biome-ignore format: one line a function
export function gruGatesGradient(dz: Floats, dr: Floats, dhPrevious: Floats, dh: Floats, gates: Floats, recurrent: Floats, hPrevious: Floats, B: number, H: number, { from, to } = { from: 0, to: H }): void {
  for (let b = 0; b < B; b++) {
    for (let j = from, at = b * H + j, p = 3 * b * H + j; j < to; j++, at++, p++) {
      const [r, z, n] = [gates[p]!, gates[p + H]!, gates[p + 2 * H]!];
      const dn = dh[at]! * (1 - z) * (1 - n * n);
      dz[p] = dr[p] = dn * recurrent[p + 2 * H]! * r * (1 - r);
      dz[p + H] = dr[p + H] = dh[at]! * (hPrevious[at]! - n) * z * (1 - z);
      dz[p + 2 * H] = dn;
      dr[p + 2 * H] = dn * r;
      dhPrevious[at] = dhPrevious[at]! + dh[at]! * z;
    }
  }
}
