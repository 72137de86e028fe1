import { grouped, percent } from '../../../report/numbers.ts';
import type { Preview, RunRecord } from '../../protocol.ts';
import { address, visit } from '../address.ts';
import { at, choose, pointed, stepOf } from '../cursor.ts';
import { copiedShare, LEVELS, stretches } from './marked.ts';
import { useSurprise } from './use-surprise.ts';
import { words } from './words.ts';

/** How many can be pinned. */
const PINS = 2;

const pinned = (): number[] => (address.value.pin ?? '').split(',').filter(Boolean).map(Number);
const pin = (steps: readonly number[]) =>
  visit({ pin: steps.length === 0 ? undefined : steps.slice(-PINS).join(',') }, 'push');

/** What the network wrote at the step under the cursor, beside what a reader has pinned. */
export function Samples({ run }: { run: RunRecord }) {
  const { previews } = run;
  const current = at(previews, stepOf(run));
  if (!current) return <p>{words.value.none}</p>;
  const pins = pinned().flatMap((step) => previews.find((preview) => preview.step === step) ?? []);
  return (
    <>
      <Picker run={run} current={current} />
      <div class="samples">
        {pins.map((preview) => (
          <Sample key={`pin ${preview.step}`} run={run} preview={preview} isPinned />
        ))}
        {!pins.includes(current) && <Sample key="current" run={run} preview={current} isPinned={false} />}
      </div>
      <Legend searched={previews.some(({ copied }) => copied !== null)} />
    </>
  );
}

function Picker({ run: { previews }, current }: { run: RunRecord; current: Preview }) {
  const w = words.value;
  return (
    <label class="picker">
      {w.sample}
      <input
        type="range"
        min={0}
        max={previews.length - 1}
        value={previews.indexOf(current)}
        aria-valuetext={w.step(grouped(current.step))}
        onInput={(event) => {
          pointed.value = null;
          choose(previews[Number(event.currentTarget.value)]!.step, 'replace');
        }}
      />
    </label>
  );
}

function Sample({ run, preview, isPinned }: { run: RunRecord; preview: Preview; isPinned: boolean }) {
  const { pieces, note } = useSurprise(run, preview);
  const w = words.value;
  const step = grouped(preview.step);
  const others = pinned().filter((other) => other !== preview.step);
  return (
    <article class="sample">
      <header>
        <h3>{w.step(step)}</h3>
        <button
          type="button"
          aria-label={isPinned ? w.unpinOf(step) : w.pinOf(step)}
          onClick={() => pin(isPinned ? others : [...others, preview.step])}
        >
          {isPinned ? w.unpin : w.pin}
        </button>
      </header>
      <p class="text">
        {stretches(preview, pieces).map(({ text, level, copied }, i) => (
          <span key={i} class={`${level === null ? '' : `surprise${level}`}${copied ? ' copied' : ''}`}>
            {text}
          </span>
        ))}
      </p>
      <p class="quiet">
        {copySentence(preview)} {note}
      </p>
    </article>
  );
}

function copySentence(preview: Preview): string {
  const w = words.value;
  const copies = copiedShare(preview);
  if (copies === null) return w.notSearched;
  return copies.longest === 0 ? w.original : w.copied(percent(copies.share), grouped(copies.longest));
}

function Legend({ searched }: { searched: boolean }) {
  const w = words.value;
  return (
    <p class="legend">
      <span>{w.surprise}</span>
      <span class="scale">
        {LEVELS.map((from, level) => (
          <span key={from} class={`surprise${level}`}>
            {level === LEVELS.length - 1 ? `${from}+` : from}
          </span>
        ))}
      </span>
      {searched && <span class="copied">{w.underlined}</span>}
    </p>
  );
}
