import type { Transport } from './ranks.ts';

/** The functions of native/mpi.c. */
export interface MpiAddon {
  /** name and version of the MPI that it was compiled for */
  library(): string;
  /** returns once all ranks have called it */
  begin(): Pick<Transport, 'rank' | 'ranks' | 'local'>;
  /** @returns the number of the exchange */
  allToAll(send: object, sendCounts: Int32Array, receive: object, receiveCounts: Int32Array): number;
  allGather(own: object, all: object, counts: Int32Array): number;
  /** whether that exchange has ended; asked no more once it has */
  test(exchange: number): boolean;
  /** after the last exchange */
  finish(): void;
  /** ends all ranks */
  abort(code: number): void;
}

/** Joins the ranks that an MPI launcher has started. */
export function mpiTransport(addon: MpiAddon): Transport {
  const pending = (exchange: number) => () => addon.test(exchange);
  return {
    ...addon.begin(),
    allToAll: (send, sendCounts, receive, receiveCounts) =>
      pending(addon.allToAll(send, Int32Array.from(sendCounts), receive, Int32Array.from(receiveCounts))),
    allGather: (own, all, counts) => pending(addon.allGather(own, all, Int32Array.from(counts))),
  };
}
