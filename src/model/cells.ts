import type { CellName } from '../config/names.ts';
import type { LayerContext, LayerInput, RecurrentLayer } from './layer.ts';
import type { ParameterSpec } from './parameters.ts';
import { RnnLayer, rnnParameters } from './rnn.ts';

/** What a kind of cell brings: its parameters for input width D and H hidden units, and its layer. */
export interface Cell {
  parameters(D: number, H: number): ParameterSpec[];
  createLayer(context: LayerContext, input: LayerInput): RecurrentLayer;
}

export const CELLS: Record<CellName, Cell> = {
  rnn: { parameters: rnnParameters, createLayer: (context, input) => new RnnLayer(context, input) },
};
