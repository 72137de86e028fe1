import type { Floats } from '../../src/kernels/index.ts';
import type { Pending, TrainEvent, Trainer, Transport } from '../../src/train/index.ts';

type Numbers = Floats | Uint8Array;

/** What one rank has given to an exchange: for each other one. */
type Given = Numbers[];

/** Ranks of one process, which send each other copies; an exchange ends for a rank once all have come to it. */
export function fakeTransports(ranks: number): Transport[] {
  const exchanges: Given[][] = [];
  return Array.from({ length: ranks }, (_, rank) => {
    let next = 0;
    function begin(given: Given, receive: (all: Given[]) => void): Pending {
      exchanges[next] ??= [];
      const exchange = exchanges[next++]!;
      exchange[rank] = given;
      return () => {
        if (Object.keys(exchange).length < ranks) return false;
        receive(exchange);
        return true;
      };
    }
    const put = (into: Numbers, parts: Numbers[], counts: readonly number[]) => {
      if (parts.some(({ length }, q) => length !== counts[q])) throw new Error('a rank sent another count');
      let at = 0;
      for (const part of parts) {
        into.set(part, at);
        at += part.length;
      }
    };
    return {
      rank,
      ranks,
      local: ranks,
      allToAll(send, sendCounts, receive, receiveCounts) {
        let at = 0;
        const given = sendCounts.map((count) => {
          at += count;
          return send.slice(at - count, at);
        });
        return begin(given, (all) =>
          put(
            receive,
            all.map((parts) => parts[rank]!),
            receiveCounts,
          ),
        );
      },
      allGather(own, all, counts) {
        const copy = own.slice();
        return begin([copy], (given) =>
          put(
            all,
            given.map(([part]) => part!),
            counts,
          ),
        );
      },
    };
  });
}

/** Runs trainers by turns to their ends; returns the events of each but the pauses. */
export function runTogether(trainers: readonly Trainer[], each?: (event: TrainEvent, rank: number) => void) {
  const runs = trainers.map((trainer) => ({ events: [] as TrainEvent[], run: trainer.run(), over: false }));
  while (runs.some(({ over }) => !over)) {
    for (const [rank, one] of runs.entries()) {
      if (one.over) continue;
      const next = one.run.next();
      one.over = next.done === true;
      if (next.done || next.value.event === 'wait') continue;
      one.events.push(next.value);
      each?.(next.value, rank);
    }
  }
  return runs.map(({ events }) => events);
}
