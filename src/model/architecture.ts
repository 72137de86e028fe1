import type { Config } from '../config/index.ts';
import type { CellName, Nonlinearity } from '../config/names.ts';

/** The sizes and choices that fix the shape of every tensor of a model. */
export interface Architecture {
  readonly cell: CellName;
  readonly vocabularySize: number;
  readonly hidden: number;
  readonly layers: number;
  /** of the rnn cell; tanh unless given */
  readonly nonlinearity?: Nonlinearity;
  /** length N of the characters' learned vectors, which input and output share; 0, also when not given, is one-hot */
  readonly embedding?: number;
}

/** The architecture that a configuration asks for. */
export function architectureFor(
  { cell, hidden, layers, nonlinearity, embedding }: Config,
  vocabularySize: number,
): Architecture {
  return { cell, hidden, layers, nonlinearity, embedding, vocabularySize };
}
