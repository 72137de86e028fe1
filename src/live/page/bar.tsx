import { clock, grouped } from '../../report/numbers.ts';
import { toggleFullScreen } from '../../report/page/shared/client/tools.ts';
import type { RunRecord } from '../protocol.ts';
import { visit } from './address.ts';
import { language } from './language.ts';
import { connection, isInProgress } from './runs.ts';
import { words } from './words.ts';

/** The top of the page: which run, how it stands, and what concerns the page as a whole. */
export const Bar = ({ run }: { run: RunRecord | undefined }) => (
  <header class="bar">
    <h1>{run?.checkpoint ?? 'rnn'}</h1>
    {run && <Standing run={run} />}
    <span class="tools">
      <button type="button" hidden={!document.fullscreenEnabled} onClick={toggleFullScreen}>
        {words.value.fullScreen}
      </button>
      <button
        type="button"
        lang={language.value === 'en' ? 'ko' : 'en'}
        onClick={() => visit({ lang: language.value === 'en' ? 'ko' : 'en' })}
      >
        {words.value.otherLanguage}
      </button>
    </span>
  </header>
);

function Standing({ run }: { run: RunRecord }) {
  const { elapsed, left, speed, step, lost, ended } = words.value;
  const isLost = connection.value === 'lost';
  const goesOn = isInProgress(run.status.kind) && !isLost;
  const figures = [step(grouped(run.step), grouped(run.steps))];
  if (run.seconds !== null) figures.push(elapsed(clock(run.seconds)));
  const secondsLeft = remaining(run);
  if (goesOn && secondsLeft !== null) figures.push(left(clock(secondsLeft)));
  if (goesOn && run.charactersPerSecond !== null) figures.push(speed(grouped(run.charactersPerSecond)));
  return (
    <>
      <p class="figures">{figures.join(' · ')}</p>
      {isLost && isInProgress(run.status.kind) ? (
        <p role="status" class="standing lost">
          {lost(run.checkpoint)}
        </p>
      ) : (
        <p role="status" class={`standing ${run.status.kind}`}>
          <Said status={run.status} />
          {isLost && ` ${ended(run.checkpoint)}`}
        </p>
      )}
    </>
  );
}

/** What has become of a run; the program speaks English. */
function Said({ status: { kind, message } }: { status: RunRecord['status'] }) {
  const what = words.value.status[kind];
  if (message === null) return <>{what}.</>;
  return (
    <>
      {what}: <span lang="en">{message.replace(/\.$/, '')}</span>.
    </>
  );
}

/** Seconds to the last step, at the pace so far. */
function remaining({ seconds, startStep, step, steps }: RunRecord): number | null {
  if (seconds === null || step <= startStep) return null;
  return ((steps - step) * seconds) / (step - startStep);
}
