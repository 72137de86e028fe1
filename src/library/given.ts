import { type Checkpoint, deserializing, MAX_CHECKPOINT_BYTES } from '../checkpoint/index.ts';
import { RnnError } from '../errors.ts';
import { Turns } from '../turns.ts';

/** The checkpoint whose bytes these are. @param name for messages */
export async function checkpointOf(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  signal?: AbortSignal,
): Promise<Checkpoint> {
  const turns = new Turns();
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_CHECKPOINT_BYTES)
      throw new RnnError('checkpoint', `${name}: expected at most ${MAX_CHECKPOINT_BYTES} bytes, got more`);
    read.push(chunk);
    await turns.take(signal);
  }
  return turns.finish(deserializing(await joined(read, length, turns, signal), name), signal);
}

async function joined(
  chunks: readonly Uint8Array[],
  length: number,
  turns: Turns,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const [first] = chunks;
  if (first?.length === length) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
    await turns.take(signal);
  }
  return bytes;
}
