import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LoadedModel } from '../../../library/model.ts';
import type { RunRecord, Snapshot } from '../../protocol.ts';
import { address, visit } from '../address.ts';
import type { PanelProps } from '../panel.ts';
import { SnapshotSlider } from '../snapshot-slider.tsx';
import { useModel } from '../use-model.ts';
import { BarList } from './bar-list.tsx';
import { barsOf } from './bars.ts';
import { Picture } from './picture.tsx';
import { chosenOf, feed, idsOf, type Prefix, takeBack, unknownOf } from './prefix.ts';
import { PrefixReader, type Standing } from './prefix-reader.ts';
import { SettingFields } from './setting-fields.tsx';
import { commandOf, PLAIN, type PlaySettings, settingsOf } from './settings.ts';
import { WORDS } from './words.ts';
import { Writing } from './writing.tsx';

/** Bars that are shown; what is left is summed. */
const MOST_BARS = 12;
/** Longer seeds would take long to read for a large model. */
const LONGEST_SEED = 1000;

/** A text that the reader types, and what the model would write next. */
export function Play(props: PanelProps) {
  const words = WORDS.value;
  const { shown, isLoading, trouble } = useModel(props);
  const seed = (address.value.seed ?? '').slice(0, 2 * LONGEST_SEED);
  const unknown = shown ? unknownOf(shown.model.checkpoint.vocabulary, seed) : [];
  return (
    <div class="play">
      <SnapshotSlider run={props.run} snapshot={props.snapshot} newest={props.newest} />
      <label class="seed">
        <span>{words.seed}</span>
        <textarea
          rows={2}
          maxLength={LONGEST_SEED}
          spellcheck={false}
          autocomplete="off"
          placeholder={words.emptySeed}
          aria-describedby="play-unknown"
          aria-invalid={unknown.length > 0}
          value={seed}
          onInput={({ currentTarget }) => visit({ seed: currentTarget.value || undefined, fed: undefined })}
        />
      </label>
      <p id="play-unknown" class="unknown" role="status">
        {unknown.length > 0 && words.unknown(unknown)}
      </p>
      {trouble !== null && <p role="alert">{words.trouble(trouble)}</p>}
      {shown ? (
        <Playing
          key={props.run.id}
          checkpoint={props.run.checkpoint}
          model={shown.model}
          kind={fileKindOf(props.run, shown.snapshot)}
          seed={seed}
          lacks={unknown.length > 0}
        />
      ) : (
        <p class="quiet">{isLoading ? words.loading : words.none}</p>
      )}
    </div>
  );
}

interface PlayingProps {
  /** the file of the run */
  checkpoint: string;
  model: LoadedModel;
  kind: Snapshot['kind'];
  seed: string;
  /** whether the seed has characters that the model does not know */
  lacks: boolean;
}

function Playing({ checkpoint: file, model, kind, seed, lacks }: PlayingProps) {
  const words = WORDS.value;
  const { vocabulary } = model.checkpoint;
  const { fed } = address.value;
  const prefix: Prefix = useMemo(
    () => ({ seed, chosen: chosenOf(fed, vocabulary) }),
    [seed, fed, vocabulary],
  );
  const settings = settingsOf(address.value);
  const ids = useMemo(() => idsOf(vocabulary, prefix), [prefix]);
  const reading = useReading(model, ids);
  const bars = useMemo(() => {
    if (!reading) return null;
    const { reader, standing } = reading;
    const shaped = reader.distribution(standing.after, settings);
    return barsOf(shaped, reader.distribution(standing.after, PLAIN), MOST_BARS);
  }, [reading, JSON.stringify(settings)]);
  const given = useMemo(() => {
    if (!reading?.standing.before) return null;
    const { reader, standing } = reading;
    return reader.distribution(standing.before!, PLAIN)[standing.ids.at(-1)!]!;
  }, [reading]);
  const go = (next: Prefix) =>
    visit({ seed: next.seed || undefined, fed: next.chosen.length > 0 ? next.chosen.join(',') : undefined });
  const back = () => go(takeBack(vocabulary, prefix));
  if (!reading || !bars) return <p class="quiet">{words.loading}</p>;
  const { reader, standing } = reading;
  const isNow = reading.model === model && standing.ids === ids;
  return (
    <>
      <div class="play-columns" aria-busy={!isNow}>
        <section aria-label={words.next}>
          <h3>{words.next}</h3>
          <p class="quiet">{words.nextKeys}</p>
          <BarList
            bars={bars}
            vocabulary={vocabulary}
            feed={(id) => go(feed(vocabulary, prefix, id))}
            takeBack={back}
          />
          {prefix.chosen.length > 0 && (
            <p class="quiet">{prefix.chosen.map((id) => vocabulary.unitAt(id)).join(' ')}</p>
          )}
          <button type="button" onClick={back} disabled={seed === '' && prefix.chosen.length === 0}>
            {words.back}
          </button>
        </section>
        <section aria-label={words.bend}>
          <h3>{words.bend}</h3>
          <SettingFields settings={settings} />
        </section>
        <Picture checkpoint={reading.model.checkpoint} standing={standing} given={given} />
      </div>
      <Writing
        reader={reader}
        standing={standing}
        vocabulary={vocabulary}
        seed={seed === '' && prefix.chosen.length === 0 ? [] : standing.ids}
        settings={settings}
        command={prefix.chosen.length > 0 ? null : commandFor(file, kind, seed, settings, lacks)}
      />
    </>
  );
}

/** A kept snapshot has no file that its run names, unless the run wrote its best or last state at that step. */
const fileKindOf = ({ snapshots }: RunRecord, { step, kind }: Snapshot): Snapshot['kind'] =>
  snapshots.findLast((other) => other.step === step && other.kind !== 'kept')?.kind ?? kind;

function commandFor(
  file: string,
  kind: Snapshot['kind'],
  seed: string,
  settings: PlaySettings,
  lacks: boolean,
): string | null {
  if (kind === 'kept') return null;
  const path = kind === 'best' ? file.replace(/(\.best)?\.json$/, '.best.json') : file;
  return commandOf(path, seed, settings, lacks);
}

interface Reading {
  model: LoadedModel;
  reader: PrefixReader;
  standing: Standing;
}

/** Where the text stands for the model; what was there before stays until it has been read. */
function useReading(model: LoadedModel, ids: readonly number[]): Reading | null {
  const [reading, setReading] = useState<Reading | null>(null);
  const reader = useMemo(() => new PrefixReader(model), [model]);
  useEffect(() => {
    const abort = new AbortController();
    reader.read(ids, abort.signal).then(
      (standing) => !abort.signal.aborted && setReading({ model, reader, standing }),
      (error) => {
        if (!abort.signal.aborted) throw error;
      },
    );
    return () => abort.abort();
  }, [reader, ids]);
  return reading;
}
