import type { Floats, Weight, WeightUse } from './kernels.ts';
import { SharedMemory } from './memory.ts';
import { PackedWeight, type Packing } from './packed-weight.ts';
import { ReferenceKernels } from './reference/reference.ts';

/** As the widest native panels; nothing is packed. */
const PACKING: Packing = { panel: 16, pack() {}, packTransposed() {}, transpose() {} };

/** Kernels whose arrays are empty: what is built over them only shows how much memory it would take. */
export class CountingKernels extends ReferenceKernels {
  /** taken so far */
  bytes = 0;

  constructor() {
    super(
      'float32',
      new SharedMemory((bytes) => {
        this.bytes += bytes;
        return new ArrayBuffer(0);
      }),
    );
  }

  /** with the copies that compiled kernels keep */
  override weight(data: Floats, rows: number, columns: number, use?: WeightUse, gates?: number): Weight {
    return new PackedWeight(
      PACKING,
      (length) => this.allocate(length),
      data,
      [rows, columns],
      use ?? 'dense',
      gates,
    );
  }
}
