import type { CellName } from '../config/names.ts';
import { GruLayer, gruParameters } from './gru.ts';
import type { LayerContext, LayerInput, RecurrentLayer } from './layer.ts';
import { LstmLayer, lstmParameters } from './lstm.ts';
import type { ParameterSpec } from './parameters.ts';
import { RnnLayer, rnnParameters } from './rnn.ts';

/** What a kind of cell brings: its parameters for input width D and H hidden units, and its layer. */
export interface Cell {
  parameters(D: number, H: number): ParameterSpec[];
  /** how many vectors of H carry the past: h, or h and c */
  readonly stateParts: number;
  createLayer(context: LayerContext, input: LayerInput): RecurrentLayer;
}

export const CELLS: Record<CellName, Cell> = {
  rnn: {
    parameters: rnnParameters,
    stateParts: 1,
    createLayer: (context, input) => new RnnLayer(context, input),
  },
  lstm: {
    parameters: lstmParameters,
    stateParts: 2,
    createLayer: (context, input) => new LstmLayer(context, input),
  },
  gru: {
    parameters: gruParameters,
    stateParts: 1,
    createLayer: (context, input) => new GruLayer(context, input),
  },
};
