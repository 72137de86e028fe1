import { transpose } from '../algebra.ts';
import { at, decimalsFor, equation, formula, matrix, type Scene, signed, text, vector } from '../blocks.ts';
import type { Stage } from './stage.ts';

/** Why Whhᵀ stands in the backward pass: the way of one number there and back. */
export function transposeScene({ lecture, texts }: Stage): Scene {
  const { title, forward, back, row, check } = texts.transpose;
  const { Whh } = lecture.weights;
  const { t, dz, toPast } = lecture.backward[0]!;
  const { previous, fromHistory } = lecture.steps[t - 1]!;
  const [past, dzt] = [at('h', t - 1), at('dz', t)];
  const decimals = decimalsFor(dz, toPast) + 1;
  const column = Whh.map(([weight]) => weight!);
  const { size, slope } = lecture.nudge;
  return {
    id: 'transpose',
    title,
    blocks: [
      text(forward(past, at('z', t))),
      equation(
        matrix('Whh', Whh, { markColumn: 0 }),
        '·',
        vector(past, previous, { markRow: 0 }),
        '=',
        vector(`Whh·${past}`, fromHistory),
      ),
      text(back(past, dzt)),
      formula(
        column.map((_, i) => `Whh[${i + 1},1]·${dzt}[${i + 1}]`).join(' + '),
        `= ${column.map((weight, i) => `${bracketed(weight, decimals)}·${bracketed(dz[i]!, decimals)}`).join(' + ')}`,
        `= ${signed(toPast[0]!, decimals)}`,
      ),
      text(row),
      equation(
        matrix('Whhᵀ', transpose(Whh), { markRow: 0 }),
        '·',
        vector(dzt, dz, { decimals }),
        '=',
        vector(`Whhᵀ·${dzt}`, toPast, { decimals, markRow: 0 }),
      ),
      text(check(past, t, String(size), signed(slope, decimals))),
    ],
  };
}

/** A negative factor in brackets. */
function bracketed(value: number, decimals: number): string {
  const shown = signed(value, decimals);
  return shown.startsWith('−') ? `(${shown})` : shown;
}
