import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;

/** The bytes of a file, chunk by chunk. */
export const readBytes = (path: string, chunkBytes = CHUNK_BYTES): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: chunkBytes });

/** How many bytes a file has; undefined of what is no file. */
export async function bytesOf(path: string): Promise<number | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? stats.size : undefined;
}
