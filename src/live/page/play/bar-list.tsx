import { useState } from 'preact/hooks';
import type { Vocabulary } from '../../../corpus/index.ts';
import { grouped, percentage } from '../../../report/numbers.ts';
import { sign, spoken } from '../characters.ts';
import type { Bars } from './bars.ts';
import { WORDS } from './words.ts';

interface Props {
  bars: Bars;
  vocabulary: Vocabulary;
  feed(id: number): void;
  takeBack(): void;
}

/** Keys 1 to 9 choose a bar. */
const NUMBERED = 9;

/** The distribution as bars; each is a button that feeds its character. One stop for the tab key. */
export function BarList({ bars: { top, others }, vocabulary, feed, takeBack }: Props) {
  const [current, setCurrent] = useState(0);
  const longest = Math.max(...top.flatMap(({ probability, plain }) => [probability, plain]), 1e-9);
  const width = (p: number) => `${(100 * p) / longest}%`;
  const onKeyDown = (event: KeyboardEvent) => {
    const list = event.currentTarget as HTMLElement;
    const { key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: top.length - 1 }[key];
    const chosen = /^[1-9]$/.test(key) ? top[Number(key) - 1] : undefined;
    if (move !== undefined) list.querySelectorAll('button')[move]?.focus();
    else if (chosen) feed(chosen.id);
    else if (key === 'Backspace') takeBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ol class="bars" onKeyDown={onKeyDown}>
      {top.map(({ id, probability, plain }, i) => (
        // by its place, so that the focus stays where it is while characters come and go
        <li key={i}>
          <button
            type="button"
            tabIndex={i === Math.min(current, top.length - 1) ? 0 : -1}
            class={probability === 0 ? 'off' : undefined}
            title={WORDS.value.plain(percentage(plain))}
            aria-keyshortcuts={i < NUMBERED ? String(i + 1) : undefined}
            onFocus={() => setCurrent(i)}
            onClick={() => feed(id)}
          >
            <i class="key" aria-hidden="true">
              {i < NUMBERED ? i + 1 : ''}
            </i>
            <span class="sign" aria-hidden="true">
              {sign(vocabulary.unitAt(id))}
            </span>
            <span class="unseen">{spoken(vocabulary.unitAt(id))} </span>
            <span class="track">
              <span class="own" style={{ width: width(plain) }} />
              <span class="shaped" style={{ width: width(probability) }} />
            </span>
            <span class="share">{percentage(probability)}</span>
          </button>
        </li>
      ))}
      {others.count > 0 && (
        <li class="others">
          {WORDS.value.others(grouped(others.count))}: {percentage(others.probability)}
        </li>
      )}
    </ol>
  );
}
