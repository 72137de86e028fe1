import { useEffect, useMemo, useState } from 'preact/hooks';
import { digits, grouped } from '../../../report/numbers.ts';
import { signed, unitName } from '../../../report/terminal/neurons.ts';
import type { Preview, RunRecord } from '../../protocol.ts';
import { address, visit } from '../address.ts';
import { spoken } from '../characters.ts';
import { at, chosen } from '../cursor.ts';
import type { PanelProps } from '../panel.ts';
import { SnapshotSlider } from '../snapshot-slider.tsx';
import { type Shown, useModel } from '../use-model.ts';
import { ColoredText } from './colored-text.tsx';
import { HeatMap } from './heat-map.tsx';
import { RANKINGS, type Ranking, ranked } from './responses.ts';
import { MOST_CHARACTERS, type Trace, trace } from './trace.ts';
import { WORDS } from './words.ts';

const MOST_RANKED = 8;

/** What single units do while the model reads a text. */
export function Units(props: PanelProps) {
  const words = WORDS.value;
  const { run, snapshot, newest } = props;
  const { shown, isLoading, trouble } = useModel(props);
  return (
    <div class="units">
      <SnapshotSlider run={run} snapshot={snapshot} newest={newest} />
      {trouble !== null && <p role="alert">{trouble}</p>}
      {shown ? (
        <OfModel key={run.id} run={run} shown={shown} />
      ) : (
        <p class="quiet">{isLoading && snapshot ? words.loading : words.none}</p>
      )}
    </div>
  );
}

type Source = 'seed' | 'preview' | 'excerpt';

/** Texts that there are to read, the most telling first. */
function sourcesOf(run: RunRecord): { sources: Source[]; preview: Preview | undefined } {
  const preview = at(run.previews, chosen.value ?? run.step);
  const sources: Source[] = [
    ...(preview ? (['preview'] as const) : []),
    'excerpt',
    ...(address.value.seed ? (['seed'] as const) : []),
  ];
  return { sources, preview };
}

function OfModel({ run, shown: { model } }: { run: RunRecord; shown: Shown }) {
  const words = WORDS.value;
  const { checkpoint } = model;
  const { sources, preview } = sourcesOf(run);
  const named = address.value.text as Source;
  const source = sources.includes(named) ? named : sources[0]!;
  const text = source === 'preview' ? preview!.text : source === 'seed' ? address.value.seed! : null;
  const ids = useMemo(() => {
    const all = text === null ? checkpoint.excerpt : Array.from(checkpoint.vocabulary.encode(text).ids);
    return all.slice(0, MOST_CHARACTERS);
  }, [text, checkpoint]);
  const read = useTrace(model, ids);
  return (
    <>
      <label class="choice">
        <span>{words.text}</span>
        <select value={source} onChange={({ currentTarget }) => visit({ text: currentTarget.value })}>
          {sources.map((one) => (
            <option key={one} value={one}>
              {one === 'preview' ? words.texts.preview(grouped(preview!.step)) : words.texts[one]}
            </option>
          ))}
        </select>
      </label>
      {ids.length < 2 ? (
        <p>{words.tooShort}</p>
      ) : read ? (
        <OfText read={read} isBusy={read.model !== model || read.ids !== ids} />
      ) : (
        <p class="quiet">{words.loading}</p>
      )}
    </>
  );
}

function OfText({ read, isBusy }: { read: Trace; isBusy: boolean }) {
  const words = WORDS.value;
  const { traces, characters, ends } = read;
  const { rank, unit: asked } = address.value;
  const by = RANKINGS.find((one) => one === rank) ?? 'change';
  const best = useMemo(() => ranked(traces, read, by, MOST_RANKED), [read, by]);
  const names = useMemo(() => traces.units.map(unitName), [traces]);
  const unit = Math.max(0, asked === undefined ? (best[0]?.unit ?? 0) : names.indexOf(asked));
  const [place, setPlace] = useState(0);
  const t = Math.min(place, characters.length - 1);
  const shares = useMemo(
    () => traces.values.map((row) => Float32Array.from(ends, (end) => row[end]! / traces.largest)),
    [read],
  );
  const choose = (number: number) => visit({ unit: names[(number + names.length) % names.length] });
  const value = digits(shares[unit]![t]! * traces.largest);
  return (
    <div aria-busy={isBusy}>
      <div class="choice">
        <label>
          <span>{words.rank}</span>{' '}
          <select
            value={by}
            onChange={({ currentTarget }) => visit({ rank: currentTarget.value as Ranking, unit: undefined })}
          >
            {RANKINGS.map((one) => (
              <option key={one} value={one}>
                {words.rankings[one]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {best.length === 0 && <p class="quiet">{words.never}</p>}
      <ol class="ranked">
        {best.map((one) => (
          <li key={one.unit}>
            <button type="button" aria-pressed={one.unit === unit} onClick={() => choose(one.unit)}>
              {names[one.unit]}{' '}
              <span class="quiet">{by === 'change' ? digits(one.value) : signed(one.value)}</span>
            </button>
          </li>
        ))}
      </ol>
      <div class="choice">
        <label>
          <span>{words.unit}</span>{' '}
          <select value={unit} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
            {names.map((name, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => choose(unit - 1)}>
          {words.previous}
        </button>
        <button type="button" onClick={() => choose(unit + 1)}>
          {words.next}
        </button>
      </div>
      <p role="status">{words.value(names[unit]!, spoken(characters[t]!), t, value)}</p>
      <ColoredText characters={characters} values={shares[unit]!} place={t} go={setPlace} />
      <p class="quiet">{words.colours(digits(traces.largest))}</p>
      <HeatMap
        rows={shares}
        unit={unit}
        place={t}
        go={(number, to) => {
          choose(number);
          setPlace(to);
        }}
      />
      <p class="quiet">
        {words.mapText} {words.help}
      </p>
    </div>
  );
}

/** What was read before stays until the next text has been. */
function useTrace(model: Shown['model'], ids: readonly number[]): Trace | null {
  const [read, setRead] = useState<Trace | null>(null);
  useEffect(() => {
    if (ids.length < 2) return;
    const abort = new AbortController();
    trace(model, ids, abort.signal).then(setRead, (error) => {
      if (!abort.signal.aborted) throw error;
    });
    return () => abort.abort();
  }, [model, ids]);
  return read;
}
