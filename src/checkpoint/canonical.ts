import { sha256 as createHash } from '../bytes.ts';
import { type Encoded, fillIn } from './tensors.ts';

/** SHA-256 of a document's values, keys sorted, so that neither layout nor key order matters; yields between its pieces. */
export function* hashing(document: object, tensors: readonly Encoded[]): Generator<void, string, void> {
  const hash = createHash();
  for (const piece of fillIn(canonical(document), tensors)) {
    hash.update(piece);
    yield;
  }
  return hash.digest();
}

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';

function canonical(value: unknown): string {
  // JSON.stringify writes −0 as 0, so that a changed sign would not show
  if (!isObject(value)) return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join()}}`;
  }
  // a long list of plain values at once
  return value.some(isObject) ? `[${value.map(canonical).join()}]` : JSON.stringify(value);
}
