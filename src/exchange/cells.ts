import type { CellName } from '../config/names.ts';

/** Facts that other formats need of a type of cell, beside its record in src/model. */
interface ExchangedCell {
  /** blocks of Whh, one a gate */
  readonly gates: number;
  /** our gates in the order of ONNX */
  readonly onnxOrder: readonly number[];
  /** whether the hidden bias of the last gate stands inside r∘(…), a parameter of its own: bhn */
  readonly hasInnerBias: boolean;
}

/** LSTM: i, o, f, c of our i, f, g, o; GRU: z, r, h of our r, z, n. */
export const EXCHANGED: Record<CellName, ExchangedCell> = {
  rnn: { gates: 1, onnxOrder: [0], hasInnerBias: false },
  lstm: { gates: 4, onnxOrder: [0, 3, 1, 2], hasInnerBias: false },
  gru: { gates: 3, onnxOrder: [1, 0, 2], hasInnerBias: true },
};
