export * from './checkpoint.ts';
export * from './files.ts';
export { deserialize, serialize } from './format.ts';
export { replaceFile } from './write-file.ts';
