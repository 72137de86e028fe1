export * from './checkpoint.ts';
export * from './files.ts';
export { deserialize, serialize } from './format.ts';
export { lockPath, lockRun, type RunLock } from './lock.ts';
export { removeLeftovers, replaceFile } from './write-file.ts';
