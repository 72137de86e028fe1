import { type Checkpoint, deserializeBytes, MAX_CHECKPOINT_BYTES } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';

/** The checkpoint whose bytes these are. @param name for messages */
export async function checkpointOf(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Checkpoint> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_CHECKPOINT_BYTES)
      throw new RnnError('checkpoint', `${name}: expected at most ${MAX_CHECKPOINT_BYTES} bytes, got more`);
    read.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of read) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return deserializeBytes(bytes, name);
}
