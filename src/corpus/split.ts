import type { Ids } from './collect.ts';

export interface Split {
  train: Ids;
  validation: Ids;
}

/** The last share of a text becomes validation text; both are views, nothing is copied. */
export function splitTail(ids: Ids, validationFraction: number): Split {
  const cut = ids.length - Math.floor(ids.length * validationFraction);
  return { train: ids.subarray(0, cut), validation: ids.subarray(cut) };
}
