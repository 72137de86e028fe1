/* As cores.ts: in a browser one thread computes, that of the page or of a worker. */

export const coreCount = (_processes?: number): number => 1;
