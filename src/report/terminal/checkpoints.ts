import type { CellName } from '../../config/index.ts';
import { escapeControls } from '../escape.ts';
import { bpc, grouped } from '../numbers.ts';
import { columns } from './table.ts';

/** Row of one checkpoint in `rnn list`. */
export interface Listed {
  file: string;
  cell: CellName;
  layers: number;
  hidden: number;
  parameters: number;
  step: number;
  trainBpc: number | null;
  validationBpc: number | null;
  /** when the file was written, in ISO 8601 */
  saved: string;
}

const HEAD = ['checkpoint', 'cell', 'size', 'step', 'train', 'validation', 'saved'];

/** A table of checkpoints; times are local. */
export function formatCheckpoints(listed: readonly Listed[]): string {
  const rows = listed.map(({ file, cell, layers, hidden, step, trainBpc, validationBpc, saved }) => [
    escapeControls(file),
    cell,
    `${layers} x ${hidden}`,
    grouped(step),
    bpc(trainBpc),
    bpc(validationBpc),
    // the Swedish form of a time is the one that sorts
    new Date(saved).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' }),
  ]);
  return columns(HEAD, rows);
}
