import { createHash } from 'node:crypto';
import { type Encoded, fillIn } from './tensors.ts';

/** SHA-256 of a document's values, keys sorted, so that neither layout nor key order matters. */
export function sha256(document: object, tensors: readonly Encoded[]): string {
  const hash = createHash('sha256');
  for (const piece of fillIn(canonical(document), tensors)) hash.update(piece);
  return hash.digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
