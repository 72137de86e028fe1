import { useState } from 'preact/hooks';
import { grouped } from '../../../report/numbers.ts';
import type { Control, RunRecord } from '../../protocol.ts';
import { ask, connection, isInProgress, runs } from '../runs.ts';
import { words } from './words.ts';

/** Buttons that tell the program what to do with the run in progress, and what it answered. */
export function Controls({ run }: { run: RunRecord }) {
  const [answer, setAnswer] = useState<(() => string) | null>(null);
  const w = words.value;
  const reason = whyNot(run);
  const isPaused = run.status.kind === 'paused';
  const tell = async (control: Control) => {
    setAnswer(() => () => words.value.asking);
    try {
      const step = await ask()!(control);
      setAnswer(() => () => words.value.answers[control](grouped(step), grouped(step + 1)));
    } catch (error) {
      setAnswer(() => () => words.value.refused((error as Error).message));
    }
  };
  const offered: Control[] = [isPaused ? 'resume' : 'pause', 'step', 'save', 'halve-rate', 'stop'];
  return (
    <fieldset class="controls" aria-label={w.title}>
      {offered.map((control) => (
        <button
          // pause turns into resume and keeps the focus
          key={control === 'resume' ? 'pause' : control}
          type="button"
          disabled={reason !== null || (control === 'step' && !isPaused)}
          onClick={() => tell(control)}
        >
          {w.names[control]}
        </button>
      ))}
      <p role="status">{reason ?? answer?.() ?? (isPaused ? '' : w.pauseFirst)}</p>
    </fieldset>
  );
}

function whyNot(run: RunRecord): string | null {
  const w = words.value;
  if (ask() === null) return w.noProgram;
  if (connection.value === 'lost') return w.lost;
  if (isInProgress(run.status.kind)) return null;
  return runs.value.some(({ status }) => isInProgress(status.kind)) ? w.other : w.ended;
}
