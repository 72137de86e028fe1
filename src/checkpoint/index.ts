export * from './checkpoint.ts';
export { deserialize, deserializing } from './deserialize.ts';
export * from './files.ts';
export { isLocked, lockPath, lockRun, type RunLock, STALE_MS } from './lock.ts';
export {
  FORMAT,
  MAX_CHECKPOINT_BYTES,
  MAX_EXCERPT,
  MAX_ORIGIN_LENGTH,
  MAX_PREVIEW_LENGTH,
  MAX_PREVIEWS,
  MAX_RATE_CHANGES,
  MAX_ROWS,
  PREVIEW_LENGTH,
} from './schema.ts';
export { largestCheckpoint, serialize, serializing } from './serialize.ts';
export { removeLeftovers, replaceFile } from './write-file.ts';
