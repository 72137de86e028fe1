import type { CellName } from '../config/names.ts';
import type { Cell } from './cell.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { rnn } from './rnn.ts';

export const CELLS: Record<CellName, Cell> = { rnn, lstm, gru };
