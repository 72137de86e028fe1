import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RunRecord } from '../protocol.ts';
import { Bar } from './bar.tsx';
import { Controls } from './controls/controls.tsx';
import { chosen, snapshotAt } from './cursor.ts';
import { Curve } from './curve/curve.tsx';
import { language } from './language.ts';
import { loadSnapshot } from './models.ts';
import { usePaced } from './pace.ts';
import { PANELS } from './panels.ts';
import { connection, shown } from './runs.ts';
import { Samples } from './samples/samples.tsx';
import { words } from './words.ts';

/** The whole page. */
export function Frame() {
  const run = shown.value[0];
  useEffect(() => {
    document.documentElement.lang = language.value;
    document.title = run ? `${run.checkpoint} · rnn` : 'rnn';
  }, [language.value, run?.checkpoint]);
  return (
    <>
      <Bar run={run} />
      <main>{run ? <Panels run={run} /> : <p>{emptiness()}</p>}</main>
    </>
  );
}

function emptiness(): string {
  if (connection.value === 'lost') return words.value.lost(undefined);
  return connection.value === 'connecting' ? words.value.connecting : words.value.empty;
}

const Panels = ({ run }: { run: RunRecord }) => (
  <>
    <Section id="curve" title={words.value.curve}>
      <Curve runs={shown.value} />
    </Section>
    <div class="side">
      <Controls run={run} />
      <Section id="samples" title={words.value.samples}>
        <Samples run={run} />
      </Section>
    </div>
    <OfModel run={run} />
  </>
);

/** The panels that show a model: all the same one. */
function OfModel({ run }: { run: RunRecord }) {
  const newest = chosen.value === null;
  // the server of a run that has ended does not wait for long
  const isPaced = newest && run.status.kind === 'running';
  const snapshot = usePaced(run.id, snapshotAt(run, chosen.value ?? run.step), isPaced);
  return (
    <>
      {PANELS.map(({ id, title, Content }) => (
        <Section key={id} id={id} title={title.value}>
          <Content run={run} snapshot={snapshot} newest={newest} load={(at) => loadSnapshot(run, at)} />
        </Section>
      ))}
    </>
  );
}

/** A part of the page that the keys of a clicker stop at. */
const Section = ({ id, title, children }: { id: string; title: string; children: ComponentChildren }) => (
  <section id={id} class="panel" aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`} tabIndex={-1}>
      {title}
    </h2>
    {children}
  </section>
);
