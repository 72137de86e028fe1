/** What a worker that ends does for the others may take so long, where the server is gone. */
export const FAREWELL_MS = 5000;

/** Waits for something, but not for ever. @param isBounded asked in the end */
export async function within(
  milliseconds: number,
  work: Promise<void>,
  isBounded: () => boolean = () => true,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setInterval(() => isBounded() && resolve(), milliseconds);
  });
  await Promise.race([work, bound]).finally(() => clearInterval(timer));
}
