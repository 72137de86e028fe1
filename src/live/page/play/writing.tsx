import { useEffect, useRef, useState } from 'preact/hooks';
import type { Vocabulary } from '../../../corpus/index.ts';
import { grouped } from '../../../report/numbers.ts';
import type { PrefixReader, Standing } from './prefix-reader.ts';
import { NumberField } from './setting-fields.tsx';
import type { PlaySettings } from './settings.ts';
import { WORDS } from './words.ts';

interface Props {
  reader: PrefixReader;
  standing: Standing;
  vocabulary: Vocabulary;
  /** the ids of the text that stands before, none of an empty one */
  seed: readonly number[];
  settings: PlaySettings;
  /** what writes the same text in a terminal; null where nothing does */
  command: string | null;
}

interface Written {
  ids: readonly number[];
  /** null while it is being written */
  seconds: number | null;
}

/** Lets the model write on: the text of `rnn sample`. Whatever changes, what was written before is dropped. */
export function Writing({ reader, standing, vocabulary, seed, settings, command }: Props) {
  const { sample } = WORDS.value;
  const [written, setWritten] = useState<Written | null>(null);
  const abort = useRef<AbortController | null>(null);
  const stop = () => abort.current?.abort();
  useEffect(() => {
    setWritten(null);
    return stop;
  }, [reader, standing, JSON.stringify(settings)]);
  const write = async () => {
    stop();
    const own = new AbortController();
    abort.current = own;
    const { signal } = own;
    const began = performance.now();
    let ids: readonly number[] = [];
    try {
      setWritten({ ids, seconds: null });
      for await (const all of reader.write(standing.after, settings, settings.rngSeed, signal)) {
        ids = all.slice();
        setWritten({ ids, seconds: null });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // what was stopped by hand is kept; what was dropped has a successor
    if (abort.current === own)
      setWritten((now) => now && { ids, seconds: (performance.now() - began) / 1000 });
  };
  const isWriting = written?.seconds === null;
  return (
    <section class="writing" aria-label={sample.title}>
      <h3>{sample.title}</h3>
      <div class="settings">
        <NumberField name="len" settings={settings} />
        <NumberField name="rngSeed" settings={settings} />
        <button type="button" class="write" onClick={isWriting ? stop : write}>
          {isWriting ? sample.stop : sample.write(grouped(settings.len))}
        </button>
      </div>
      {written && (
        <section class="written" aria-label={sample.output} aria-busy={isWriting}>
          <pre>{vocabulary.decode([...seed, ...written.ids])}</pre>
        </section>
      )}
      <p class="quiet" role="status">
        {written?.seconds != null && sample.written(grouped(written.ids.length), written.seconds.toFixed(2))}
      </p>
      {command !== null && (
        <p class="quiet">
          {sample.command} <code class="command">{command}</code>
        </p>
      )}
    </section>
  );
}
