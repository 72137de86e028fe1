import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { grouped } from '../../../report/numbers.ts';
import type { RunRecord } from '../../protocol.ts';
import { visit } from '../address.ts';
import { choose, chosen, stepOf } from '../cursor.ts';
import { pressed, wholeOf, zoom, zoomBy } from './look.ts';
import { Losses } from './losses.tsx';
import { Readout, sentenceOf, valuesAt } from './readout.tsx';
import { linesOf } from './run-lines.ts';
import { RunsList } from './runs-list.tsx';
import { Strips } from './strips.tsx';
import { Tables } from './tables.tsx';
import { words } from './words.ts';

/** Losses over the characters read, with what went into them; its cursor is that of the page. */
export function Curve({ runs }: { runs: readonly RunRecord[] }) {
  const main = runs[0]!;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const lines = useMemo(() => runs.map(linesOf), runs);
  const whole = wholeOf(runs);
  const seen = zoom.value ?? whole;
  const step = stepOf(main);
  const characters = step * main.charactersPerStep;
  const w = words.value;
  if (main.step === 0 && main.history.length === 0) return <p>{w.noSteps}</p>;
  return (
    <>
      <Readout runs={runs} lines={lines} characters={characters} />
      <div
        ref={box}
        class="charts"
        role="slider"
        tabIndex={0}
        aria-label={w.cursor}
        aria-valuemin={0}
        aria-valuemax={main.step}
        aria-valuenow={step}
        aria-valuetext={sentenceOf(valuesAt(main, lines[0]!, characters))}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (pressed(event.key, event.shiftKey, main, whole)) event.preventDefault();
        }}
      >
        {size && (
          <>
            <Losses runs={runs} lines={lines} seen={seen} whole={whole} {...size} />
            <Strips runs={runs} lines={lines} seen={seen} width={size.width} />
          </>
        )}
      </div>
      <p class="buttons">
        <button type="button" onClick={() => zoomBy(1 / 2, main, whole)}>
          {w.zoomIn}
        </button>
        <button type="button" onClick={() => zoomBy(2, main, whole)} disabled={zoom.value === null}>
          {w.zoomOut}
        </button>
        <button type="button" onClick={() => visit({ zoom: undefined })} disabled={zoom.value === null}>
          {w.whole}
        </button>
        <button type="button" onClick={() => choose(null, 'push')} disabled={chosen.value === null}>
          {w.newest}
        </button>
        <span class="quiet">{w.at(grouped(step), grouped(characters))}</span>
      </p>
      <RunsList />
      <details>
        <summary>{w.helpTitle}</summary>
        <p>{w.help}</p>
        <p>{w.levelsHelp}</p>
        {main.columns.step.length === 0 && <p>{w.noColumns}</p>}
      </details>
      <Tables run={main} />
    </>
  );
}

/** Width of the element and height of the losses, which leave room for the rest on a projector. */
function useSize(box: { current: HTMLElement | null }): { width: number; height: number } | null {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const width = box.current!.clientWidth;
      const height = Math.round(Math.max(200, Math.min(440, innerHeight * 0.42)));
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return size;
}
