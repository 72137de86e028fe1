import type { CellName } from '../../config/index.ts';
import type { CellAnalysis } from './cell.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { rnn } from './rnn.ts';

export const CELL_ANALYSES: Record<CellName, CellAnalysis> = { rnn, lstm, gru };
