import { architectureOf, type Checkpoint, learnedWeights } from '../checkpoint/checkpoint.ts';
import type { CellName } from '../config/names.ts';
import type { Vocabulary } from '../corpus/vocabulary.ts';
import { CELLS } from '../model/cells.ts';
import { parameterTable } from '../model/table.ts';

/** A model as it goes out: its shape, its characters, and what it has learned by the names of the parameter table. */
export interface Learned {
  cell: CellName;
  /** V, H, L, and N, which is 0 without an embedding */
  sizes: { V: number; H: number; L: number; N: number };
  relu: boolean;
  vocabulary: Vocabulary;
  tensor(name: string): Float32Array;
}

export function learnedOf(checkpoint: Checkpoint): Learned {
  const { vocabulary } = checkpoint;
  const architecture = architectureOf(checkpoint);
  const { cell, vocabularySize: V, hidden: H, layers: L, embedding: N = 0, nonlinearity } = architecture;
  const weights = learnedWeights(checkpoint);
  const table = new Map(parameterTable(architecture).map((parameter) => [parameter.name, parameter]));
  return {
    cell,
    sizes: { V, H, L, N },
    relu: CELLS[cell].choosesNonlinearity && nonlinearity === 'relu',
    vocabulary,
    tensor(name) {
      const { offset, size } = table.get(name)!;
      return weights.subarray(offset, offset + size);
    },
  };
}
