/// <reference lib="esnext.disposable" preserve="true" />
import type { SamplingSettings, Settings } from './settings.ts';

/* The public interface of the library, in Node and in a browser; its types name no other part. */

/**
 * Where a model is read from: in Node the name of a file or a URL (file:, http:, https:), in a browser a URL, beside the
 * page if it is relative; or the bytes of a checkpoint.
 */
export type ModelSource = string | URL | Blob | Uint8Array | ArrayBuffer;

/**
 * A text. A string is a name, as for a model: in Node of a file, a folder or a glob, in a browser a URL; several are read
 * one after another, nothing between them. The text itself is `{ text }`; bytes are read in the `encoding` asked for.
 */
export type TextSource =
  | string
  | URL
  | readonly string[]
  | { readonly text: string }
  | Blob
  | Uint8Array
  | AsyncIterable<Uint8Array>;

/** Cancels the call: its promise rejects with `signal.reason`, within 50 ms unless a unit of work takes longer. */
export interface Cancelable {
  signal?: AbortSignal | undefined;
}

/** How a model computes. */
export interface ComputeOptions extends Cancelable {
  /** number of threads that train and evaluate, at most 256; by default the fastest, in a browser one */
  threads?: number | undefined;
  /**
   * The kernels: `auto` takes the fastest available. `wasm-simd128` gives the same bytes on every machine. A browser has
   * `auto`, `wasm-simd128` and `reference`.
   */
  backend?: 'auto' | 'native' | 'wasm' | 'wasm-simd128' | 'reference' | undefined;
}

/** How a text is read for a model. */
export interface ReadingOptions extends Cancelable {
  /** encoding of the text: a WHATWG label such as utf-8 or shift_jis; by default that of the model's corpus */
  encoding?: string | undefined;
  /** what to do with bytes that are invalid in the encoding; by default as for the corpus */
  invalid?: 'error' | 'replace' | undefined;
  /** what to do with characters outside the vocabulary; `error` unless given */
  unknown?: 'error' | 'skip' | undefined;
}

/** Options of a sample. */
export interface SampleOptions extends SamplingSettings, Cancelable {
  /** seed text to continue; by default the beginning of a line */
  seed?: string | undefined;
  /** characters to generate, 0 to 1e12; 200 unless given */
  length?: number | undefined;
  /** string after which the sample stops */
  stop?: string | undefined;
  /** whether the text begins with its seed, as that of the command line does; true unless given */
  echo?: boolean | undefined;
  /** what to do with characters of the seed outside the vocabulary; `error` unless given */
  unknown?: 'error' | 'skip' | undefined;
  /** random seed, an integer from 0 to 2⁵³ − 1, which makes a sample repeatable; drawn unless given */
  rngSeed?: number | undefined;
}

/**
 * A generated text, written piece by piece as it is read; leaving the loop ends it. Each iteration generates it anew: the
 * same text, since the random seed is the same.
 *
 * @example
 * for await (const piece of model.sample({ seed: 'THE ', length: 500 })) process.stdout.write(piece);
 * const whole = await model.sample({ seed: 'THE ', temperature: 0.7, rngSeed: 4 }).text();
 */
export interface Sample extends AsyncIterable<string> {
  /** its random seed, given or drawn */
  readonly rngSeed: number;
  /** The whole text. @throws signal.reason after an abort */
  text(): Promise<string>;
  /**
   * The text as bytes: UTF-8, or the bytes that a byte model writes. A reader that cancels ends the generation.
   *
   * @example
   * return new Response(model.sample({ seed: 'THE ', signal: request.signal }).stream());
   */
  stream(): ReadableStream<Uint8Array>;
}

/** A possible next character. */
export interface Choice {
  /** of a model of bytes a character of ASCII, or the byte's number such as 0xc3 */
  readonly character: string;
  /** from 0 to 1; those of all characters sum to 1 */
  readonly probability: number;
}

/** Options that shape the distribution of the next character: the settings of a sample but `greedy`. */
export interface ChoiceOptions extends Omit<SamplingSettings, 'greedy'> {
  /** how many of the most probable characters to list; all unless given */
  top?: number | undefined;
}

/**
 * A text that a model reads, with the model's state after it. Its methods return at once: a character takes some
 * microseconds with a small model, a millisecond with a large one, so a long text is best fed in pieces.
 *
 * @example
 * const session = model.session('THE K');
 * session.next({ top: 3 });     // [{ character: 'E', probability: 0.96 }, …]
 * const other = session.clone();
 * other.feed('ING');
 */
export interface Session {
  /** Reads on. @throws RnnError with code `seed` where the model does not know a character; nothing was read then */
  feed(text: string): void;
  /** Possible next characters, the most probable first. @throws RnnError with code `config` naming a wrong setting */
  next(options?: ChoiceOptions): readonly Choice[];
  /** A copy at the same place, independent from now on. */
  clone(): Session;
}

/** How well a model predicts a text. The first character has nothing before it and is not scored. */
export interface Evaluation {
  /** number of scored characters */
  readonly characters: number;
  /** total loss in nats */
  readonly nats: number;
  /** bits per character, the mean loss in base 2 */
  readonly bpc: number;
  /** 2 to the power of it */
  readonly perplexity: number;
  /** characters outside the vocabulary, which were left out */
  readonly skipped: number;
}

/** The surprise of one character of a text. */
export interface Surprise {
  readonly character: string;
  /** −log₂ of its probability; null of the first, which has nothing before it */
  readonly bits: number | null;
}

/** A trained model, with the averaged weights where its run kept an average. */
export interface PortableModel extends Disposable {
  /** complete settings of its run */
  readonly settings: Readonly<Settings>;
  /** the characters it knows; of a model of bytes those of ASCII, the others by their number such as 0xc3 */
  readonly vocabulary: readonly string[];
  /** number of learned parameters */
  readonly parameters: number;
  /** updates made */
  readonly step: number;
  /** best evaluation of its run; null where there was none */
  readonly best: { readonly step: number; readonly bpc: number } | null;
  /** the arithmetic in use: results under the same are equal to the byte */
  readonly numerics: string;

  /**
   * Generates a text that continues a seed: the text of `rnn sample` with the same settings. Several can be generated at
   * the same time.
   *
   * @throws RnnError with code `config` naming a wrong setting, `seed` where the model does not know a character
   * @example
   * const text = await model.sample({ seed: 'THE ', length: 100, temperature: 0.8, rngSeed: 1 }).text();
   */
  sample(options?: SampleOptions): Sample;

  /**
   * Opens a session, in which the model reads a text character by character.
   *
   * @param seed text that it reads first; by default the beginning of a line
   * @throws RnnError with code `seed` where the model does not know a character
   * @example
   * const [likeliest] = model.session('THE K').next({ top: 1 });
   */
  session(seed?: string): Session;

  /**
   * Evaluates the model on a text of at least two characters: the figures of `rnn eval`.
   *
   * @throws RnnError with code `corpus` of a text that cannot be read or is too short, `seed` where the model does not know
   *   a character; signal.reason after an abort
   * @example
   * const { bpc } = await model.evaluate({ text: 'The keeper looked at the lamp.' });
   */
  evaluate(text: TextSource, options?: ReadingOptions): Promise<Evaluation>;

  /**
   * The surprise of each character of a text, as it is read from start to end.
   *
   * @throws as `evaluate` does
   * @example
   * for await (const { character, bits } of model.surprise({ text: 'THE QEEPER' })) if (bits !== null && bits > 8) mark(character);
   */
  surprise(text: TextSource, options?: ReadingOptions): AsyncIterable<Surprise>;

  /**
   * The model with its run as the bytes of a checkpoint file, which `load` and the command line read.
   *
   * @example
   * link.href = URL.createObjectURL(await model.toBlob());
   */
  toBlob(): Promise<Blob>;

  /** Frees the memory of the model; later calls throw RnnError with code `usage`. */
  [Symbol.dispose](): void;
}
