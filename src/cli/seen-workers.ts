import type { RedisServer } from './redis.ts';
import { type Posting, readWorker, type WorkerState, workersKey } from './sweep-posting.ts';

/** Looks without a sign of life after which a worker is gone. */
const PATIENCE = 15;
/** Looks after which it is said that there are no workers. */
const LONELY = 3;

interface SeenWorker {
  beat: number;
  /** looks since it changed */
  silent: number;
  refuses: string | undefined;
}

/** Workers of a sweep as the one who waits sees them come and go. */
export class SeenWorkers {
  readonly #server: RedisServer;
  readonly #posting: Posting;
  readonly #note: (text: string) => void;
  readonly #seen = new Map<string, SeenWorker>();
  #looks = 0;

  constructor(server: RedisServer, posting: Posting, note: (text: string) => void) {
    this.#server = server;
    this.#posting = posting;
    this.#note = note;
  }

  /** how many work on the sweep */
  get count(): number {
    return [...this.#seen.values()].filter(({ refuses }) => refuses === undefined).length;
  }

  async look(): Promise<void> {
    const { client, address } = this.#server;
    const states = await client.hgetall(workersKey(this.#posting.id));
    this.#looks++;
    if (this.#looks === LONELY && Object.keys(states).length === 0)
      this.#note(`no worker is here yet; start one with: rnn worker ${address}`);
    for (const [name, text] of Object.entries(states)) {
      const state = readWorker(text);
      if (!state) continue;
      const known = this.#seen.get(name);
      const silent = known && known.beat === state.beat ? known.silent + 1 : 0;
      this.#seen.set(name, { beat: state.beat, silent, refuses: state.refuses });
      if (silent > PATIENCE) await client.hdel(workersKey(this.#posting.id), name);
      else this.#greet(name, state, known);
    }
    for (const [name, { refuses, silent }] of this.#seen) {
      if (name in states && silent <= PATIENCE) continue;
      this.#seen.delete(name);
      if (refuses === undefined) this.#note(`${name} leaves`);
    }
  }

  #greet(name: string, { refuses, numerics }: WorkerState, known: SeenWorker | undefined): void {
    if (refuses !== undefined) {
      if (refuses !== known?.refuses) this.#note(`${name} does not work on this sweep: ${refuses}`);
    } else if (!known || known.refuses !== undefined) {
      const own = this.#posting.numerics;
      const difference =
        numerics === own ? '' : `; it computes with ${numerics}, not ${own}: last digits may differ`;
      this.#note(`${name} joins${difference}`);
    }
  }
}
