import { RnnError } from '../errors.ts';

/** The bytes of a stream, chunk by chunk; in some browsers a stream cannot be iterated over. */
export async function* bytesOfStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * The bytes behind a URL, chunk by chunk.
 * @param code of the error where there are none
 */
export async function* fetched(
  url: string | URL,
  code: 'checkpoint' | 'corpus',
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const answer = await fetch(url, signal ? { signal } : {}).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new RnnError(code, `${url}: cannot be fetched`, { cause });
  });
  if (!answer.ok) throw new RnnError(code, `${url}: expected a file, got status ${answer.status}`);
  try {
    if (answer.body) yield* bytesOfStream(answer.body);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RnnError(code, `${url}: its connection ended early`, { cause });
  }
}
