import { type PlatformPath, posix } from 'node:path';
import { splitUnits } from '../corpus/index.ts';

/** A name's bytes: with the number, `.best.json` and the ends of temporary files it stays below 143, the least that file systems allow. */
const MAX_BYTES = 80;
/** Characters that some file system forbids, or reads as something else. */
const UNSAFE = /[\p{Cc}\p{Cs}<>:"/\\|?*]/gu;
/** Devices of Windows, whatever the ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/iu;

/**
 * The name of a run, by its text: a file's name without ending, a folder's name.
 * @param source a file or folder as a path, - for standard input
 * @param path the rules of the system that gave the name
 */
export function runName(source: string, isFolder: boolean, path: PlatformPath = posix): string {
  if (source === '-') return 'stdin';
  const base = isFolder ? path.basename(source) : path.basename(source, path.extname(source));
  const safe = base.replace(UNSAFE, '-');
  const name = trimDots(cut(trimDots(safe)));
  // X.best.json is the best state of run X, so no run may be called X.best
  const own = name.replace(/\.best$/i, '-best');
  if (own === '') return 'corpus';
  return RESERVED.test(own) ? `_${own}` : own;
}

/** A dot in front hides a file; dots and spaces at the end are lost on Windows. */
const trimDots = (name: string): string => name.replace(/^[.\s]+|[.\s]+$/gu, '');

/** As many whole characters as fit. */
function cut(name: string): string {
  let end = 0;
  let bytes = 0;
  for (const unit of splitUnits(name, 'grapheme')) {
    bytes += Buffer.byteLength(unit);
    if (bytes > MAX_BYTES) break;
    end += unit.length;
  }
  return name.slice(0, end);
}
