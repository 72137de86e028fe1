/* As files.ts: a browser opens no file by its name. */

export async function* readBytes(): AsyncGenerator<Uint8Array> {}

export async function bytesOf(): Promise<undefined> {}
