import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FlowRow } from '../../../checkpoint/index.ts';
import { times } from '../../../inspect/answers.ts';
import type { LoadedModel } from '../../../library/model.ts';
import { digits, grouped, percentage } from '../../../report/numbers.ts';
import { Turns } from '../../../turns.ts';
import type { RunRecord } from '../../protocol.ts';
import { at, choose, chosen } from '../cursor.ts';
import { Drawing } from '../drawing.tsx';
import type { PanelProps } from '../panel.ts';
import { Scroll } from '../scroll.tsx';
import { SnapshotSlider } from '../snapshot-slider.tsx';
import { useModel } from '../use-model.ts';
import { LIMITS, lagChart, overSteps } from './flow-charts.ts';
import { isCheap, isMeasurable, type LagCurve, measureLags } from './lag-curve.ts';
import { verdictOf } from './verdict.ts';
import { WORDS } from './words.ts';

/** An advice for a run that recorded nothing. */
const EVERY = 500;

/** How gradients flow back through time: during the run, and in the chosen model. */
export function Gradient(props: PanelProps) {
  const words = WORDS.value;
  const { run, snapshot, newest } = props;
  return (
    <div class="gradient">
      <section aria-label={words.during}>
        <h3>{words.during}</h3>
        {run.flow.length === 0 ? <p>{words.none(EVERY)}</p> : <Flow run={run} />}
      </section>
      <section aria-label={words.curve}>
        <h3>{words.curve}</h3>
        <SnapshotSlider run={run} snapshot={snapshot} newest={newest} />
        <Curve {...props} />
      </section>
    </div>
  );
}

function Flow({ run }: { run: RunRecord }) {
  const words = WORDS.value;
  const { flow, settings } = run;
  const own = Number(settings.seqLength);
  const row = at(flow, chosen.value ?? run.step)!;
  const index = flow.indexOf(row);
  return (
    <>
      <label class="snapshots">
        <span>{words.row}</span>
        <input
          type="range"
          min={0}
          max={flow.length - 1}
          step={1}
          value={index}
          aria-valuetext={words.rowAt(grouped(row.step))}
          onInput={({ currentTarget }) => {
            const next = Number(currentTarget.value);
            choose(next === flow.length - 1 ? null : flow[next]!.step, 'replace');
          }}
        />
        <output>{words.rowAt(grouped(row.step))}</output>
      </label>
      <Verdict row={row} own={own} />
      <Charts flow={flow} step={row.step} />
      <details>
        <summary>{words.numbers}</summary>
        <Numbers flow={flow} />
      </details>
    </>
  );
}

const exponentOf = ({ largestLyapunov }: FlowRow): string =>
  largestLyapunov === null ? '−∞' : largestLyapunov.toFixed(3).replace('-', '−');

function Verdict({ row, own }: { row: FlowRow; own: number }) {
  const words = WORDS.value;
  const { flow, factor } = verdictOf(row);
  const { kept, recommendedSeqLength, decayPerStep } = row;
  return (
    <div class="verdict" role="status">
      <p class={flow}>
        <strong>{words.verdict[flow](times(factor), exponentOf(row))}</strong>
      </p>
      <p>
        {kept === null ? '' : words.left(times(kept), own)} {words.advised(recommendedSeqLength, own)}
      </p>
      <p class="quiet">
        {words.more(
          digits(decayPerStep),
          digits(row.largestSingularValue),
          digits(row.spectralRadius),
          percentage(row.shareAbove99),
        )}{' '}
        {words.definition}
      </p>
    </div>
  );
}

function Charts({ flow, step }: { flow: readonly FlowRow[]; step: number }) {
  const { charts, stepAxis } = WORDS.value;
  const drawn = [
    {
      title: charts.exponent,
      axis: charts.exponentAxis,
      of: ({ largestLyapunov }: FlowRow) => largestLyapunov,
      marks: LIMITS,
    },
    {
      title: charts.kept,
      axis: charts.keptAxis,
      of: ({ kept }: FlowRow) => (kept !== null && kept > 0 ? Math.log10(kept) : null),
    },
    { title: charts.decay, axis: charts.decayAxis, of: ({ decayPerStep }: FlowRow) => decayPerStep },
  ];
  return (
    <div class="drawings">
      {drawn.map((one) => (
        <figure key={one.title}>
          <figcaption>{one.title}</figcaption>
          <Drawing svg={overSteps(flow, step, { ...one, step: stepAxis })} />
        </figure>
      ))}
    </div>
  );
}

function Numbers({ flow }: { flow: readonly FlowRow[] }) {
  const { columns, numbers } = WORDS.value;
  return (
    <Scroll label={numbers} tall>
      <table>
        <thead>
          <tr>
            {Object.values(columns).map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {flow.map((row) => (
            <tr key={row.step}>
              <th scope="row">{grouped(row.step)}</th>
              <td>{exponentOf(row)}</td>
              <td>{times(verdictOf(row).factor)}</td>
              <td>{row.kept === null ? '–' : times(row.kept)}</td>
              <td>{digits(row.decayPerStep)}</td>
              <td>{row.recommendedSeqLength ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Of the chosen model: unasked where that holds nobody up. */
function Curve(props: PanelProps) {
  const words = WORDS.value;
  const { shown } = useModel(props);
  const [asked, setAsked] = useState(false);
  const checkpoint = shown?.model.checkpoint;
  const isWanted = checkpoint !== undefined && isMeasurable(checkpoint) && (asked || isCheap(checkpoint));
  const measured = useCurve(isWanted ? shown!.model : null);
  const svg = useMemo(
    () =>
      measured &&
      lagChart(measured.curve, {
        lag: words.curveAxis,
        seqLength: words.seqLength(measured.curve.seqLength),
        summary: words.curveSummary,
      }),
    [measured, words],
  );
  if (!checkpoint) return <p class="quiet">{words.measuring}</p>;
  if (!isMeasurable(checkpoint)) return <p>{words.short}</p>;
  if (!isWanted)
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {words.measure}
      </button>
    );
  if (!measured) return <p class="quiet">{words.measuring}</p>;
  const { curve, model } = measured;
  return (
    <div class="lag-curve" aria-busy={model !== shown!.model}>
      <Drawing svg={svg!} />
      <p>{words.curveFigures(digits(curve.decayPerStep), curve.seqLength, curve.recommendedSeqLength)}</p>
      <p class="quiet">{words.curveText(grouped(model.step), curve.anchors)}</p>
    </div>
  );
}

/** Measured between other things; what was there before stays until then. */
function useCurve(model: LoadedModel | null): { model: LoadedModel; curve: LagCurve } | null {
  const [measured, setMeasured] = useState<{ model: LoadedModel; curve: LagCurve } | null>(null);
  useEffect(() => {
    if (!model) return;
    const abort = new AbortController();
    new Turns().finish(measureLags(model.checkpoint), abort.signal).then(
      (curve) => setMeasured({ model, curve }),
      (error) => {
        if (!abort.signal.aborted) throw error;
      },
    );
    return () => abort.abort();
  }, [model]);
  return measured;
}
