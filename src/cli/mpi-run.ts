import { hostname } from 'node:os';
import { flagName } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { type MpiAddon, mpiTransport, type Pending, type Transport } from '../train/index.ts';
import type { Launched } from './launched.ts';
import { loadMpi, mpiFiles, mpiFolders } from './mpi-addon.ts';
import { beQuiet, speakAs } from './output.ts';
import { turn } from './turns.ts';

/** What must be equal in all processes of a run, so that they compute one model. */
export interface Facts {
  version: string;
  /** SHA-256 of the texts, and of what the run starts from */
  text: string;
  validation: string;
  start: string;
  numerics: string;
  settings: Readonly<Record<string, unknown>>;
}

/** What a process says before training begins. */
interface Word {
  host: string;
  /** why it can't take part */
  error?: string;
  /** none where there is nothing to do */
  facts?: Facts | undefined;
}

/**
 * This process as one rank of a run under MPI. Rank 0 alone writes files, prints and takes keys; another says only what
 * ends it and is its own.
 */
export class MpiRun {
  readonly #addon: MpiAddon;
  readonly transport: Transport;
  #left = false;

  private constructor(addon: MpiAddon) {
    this.#addon = addon;
    this.transport = mpiTransport(addon);
  }

  /**
   * Waits for all ranks to come.
   * @returns undefined where another process of this machine says why there can be no run
   */
  static join(launched: Launched, version: string): MpiRun | undefined {
    const { rank, ranks, localRank, family } = launched;
    if (rank > 0) {
      beQuiet();
      speakAs(`rank ${rank}`);
    }
    // UCX, over which MPICH sends, would put its own malloc under Node, which then reads memory that is given back
    process.env.UCX_MEM_EVENTS ??= 'n';
    const { module: addon, reasons } = loadMpi(mpiFiles(mpiFolders(process.env, version), family));
    const run = addon && new MpiRun(addon);
    if (run?.transport.ranks === ranks) return run;
    if (localRank > 0) return undefined;
    if (addon === undefined) {
      const broken = reasons.find((reason) => !reason.endsWith('not there'));
      throw new RnnError(
        'usage',
        `${ranks} processes were started to train one model, but rnn is not built for MPI on ${hostname()}${broken ? ` (${broken})` : ''}`,
        { hint: 'run rnn doctor --mpi there first' },
      );
    }
    throw new RnnError(
      'usage',
      `the launcher started ${ranks} processes, but each finds itself alone: rnn was built for another MPI (${addon.library()})`,
      { hint: 'build it with the mpicc of this launcher: MPICC=… rnn doctor --mpi' },
    );
  }

  get isFirst(): boolean {
    return this.transport.rank === 0;
  }

  /**
   * Prepares a run, and trains where all ranks have prepared the same one.
   * @param prepare gives nothing where there is nothing to do, on which rank 0's word counts
   */
  async run<T>(
    prepare: () => Promise<T | undefined>,
    factsOf: (prepared: T) => Facts,
    train: (prepared: T) => Promise<void>,
  ): Promise<void> {
    const prepared = await this.#prepareAlike(prepare, factsOf);
    if (prepared !== undefined) {
      // behind all that a run does at its exit
      process.on('exit', (code) => {
        if (!this.#left) this.#addon.abort(code || 1);
      });
      try {
        await train(prepared);
      } catch (error) {
        // what ends one process ends all, but for what all have seen: rank 0 says it
        if (!(error instanceof RnnError && error.code === 'diverged')) throw error;
        await this.#leave();
        if (this.isFirst) throw error;
      }
    }
    await this.#leave();
  }

  async #prepareAlike<T>(
    prepare: () => Promise<T | undefined>,
    factsOf: (prepared: T) => Facts,
  ): Promise<T | undefined> {
    let prepared: T | undefined;
    let failure: unknown;
    const host = hostname();
    const own: Word = await prepare().then(
      (value) => {
        prepared = value;
        return { host, facts: value && factsOf(value) };
      },
      (error) => {
        failure = error;
        return { host, error: error instanceof RnnError ? error.lines(flagName).join('\n') : String(error) };
      },
    );
    const words = (await this.#tell(JSON.stringify(own))).map((text) => JSON.parse(text) as Word);
    const { rank } = this.transport;
    if (words.some(({ error }) => error !== undefined)) {
      await this.#leave();
      // the first of those that have an error in common says it
      const isFirst = words.findIndex(({ error }) => error === own.error) === rank;
      if (failure !== undefined && isFirst) throw failure;
      return undefined;
    }
    const [{ facts: expected }] = words as [Word];
    if (expected === undefined) return undefined;
    const odd = words.findIndex(({ facts }) => JSON.stringify(facts) !== JSON.stringify(expected));
    if (odd === -1) return prepared;
    await this.#leave();
    if (rank === 0) throw differing(`rank ${odd} on ${words[odd]!.host}`, words[odd]!.facts, expected);
    return undefined;
  }

  /** Texts of all ranks. */
  async #tell(text: string): Promise<string[]> {
    const { ranks } = this.transport;
    const own = new TextEncoder().encode(text);
    const lengths = new Float64Array(ranks);
    const ones = Array.from(lengths, () => 1);
    await this.#ended(this.transport.allGather(Float64Array.of(own.length), lengths, ones));
    const counts = [...lengths];
    const all = new Uint8Array(counts.reduce((sum, length) => sum + length, 0));
    await this.#ended(this.transport.allGather(own, all, counts));
    let at = 0;
    return counts.map((length) => {
      at += length;
      return new TextDecoder().decode(all.subarray(at - length, at));
    });
  }

  async #ended(pending: Pending): Promise<void> {
    while (!pending()) await turn();
  }

  /** Once all have come here, each may end by itself. */
  async #leave(): Promise<void> {
    if (this.#left) return;
    await this.#tell('');
    this.#addon.finish();
    this.#left = true;
  }
}

/** The first fact in which a rank differs from rank 0. */
function differing(rank: string, facts: Facts | undefined, expected: Facts): RnnError {
  const say = (what: string, hint: string) => new RnnError('usage', `${rank} ${what}`, { hint });
  const short = (hash: string) => hash.slice(0, 12);
  if (facts === undefined)
    return say('has nothing left to do, unlike rank 0', 'give all the same checkpoint');
  if (facts.version !== expected.version)
    return say(`is rnn ${facts.version}, rank 0 is ${expected.version}`, 'install the same on every machine');
  for (const [key, what] of [
    ['text', 'reads another text'],
    ['validation', 'reads another validation text'],
    ['start', 'starts from another checkpoint'],
  ] as const) {
    if (facts[key] === expected[key]) continue;
    const hashes = `: expected SHA-256 ${short(expected[key])}…, got ${short(facts[key])}…`;
    return say(`${what} than rank 0${hashes}`, 'give all the same file');
  }
  if (facts.numerics !== expected.numerics)
    return say(
      `computes with ${facts.numerics}, rank 0 with ${expected.numerics}, whose last digits differ`,
      'choose what is the same everywhere: --backend wasm-simd128',
    );
  const key = Object.keys({ ...expected.settings, ...facts.settings }).find(
    (key) => JSON.stringify(facts.settings[key]) !== JSON.stringify(expected.settings[key]),
  )!;
  return say(
    `has ${flagName(key)} ${facts.settings[key]}, rank 0 has ${expected.settings[key]}`,
    'give all the same settings',
  );
}
