import { grouped } from '../../report/numbers.ts';
import type { RunRecord, Snapshot } from '../protocol.ts';
import { visit } from './address.ts';
import { inLanguage } from './language.ts';

type Kind = Snapshot['kind'];

const WORDS = inLanguage(
  {
    label: 'Model after step',
    step: (step: string, of: string, kind: Kind) =>
      `${step} of ${of}${kind === 'kept' ? '' : kind === 'best' ? ', the best so far' : ', the newest'}`,
  },
  {
    label: '모델의 단계',
    step: (step: string, of: string, kind: Kind) =>
      `${of}단계 중 ${step}단계${kind === 'kept' ? '' : kind === 'best' ? ', 지금까지 가장 좋음' : ', 최신'}`,
  },
);

/** One snapshot a step, in order; the newest stands last. */
export function inOrder(snapshots: readonly Snapshot[]): Snapshot[] {
  const rank: Record<Kind, number> = { kept: 0, best: 1, last: 2 };
  const sorted = [...snapshots].sort((a, b) => a.step - b.step || rank[a.kind] - rank[b.kind]);
  return sorted.filter(({ step }, i) => step !== sorted[i + 1]?.step);
}

interface Props {
  run: RunRecord;
  snapshot: Snapshot | null;
  newest: boolean;
}

/** Goes through the checkpoints of a run: the same for all parts of the page. */
export function SnapshotSlider({ run, snapshot, newest }: Props) {
  const { label, step } = WORDS.value;
  const all = inOrder(run.snapshots);
  if (!snapshot || all.length < 2) return null;
  const at = newest
    ? all.length - 1
    : Math.max(
        0,
        all.findIndex((one) => one.step === snapshot.step),
      );
  const text = step(grouped(snapshot.step), grouped(run.steps), newest ? 'last' : snapshot.kind);
  const go = (index: number) =>
    visit({ step: index === all.length - 1 ? undefined : String(all[index]!.step) });
  return (
    <label class="snapshots">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={all.length - 1}
        step={1}
        value={at}
        aria-valuetext={text}
        onInput={({ currentTarget }) => go(Number(currentTarget.value))}
      />
      <output>{text}</output>
    </label>
  );
}
