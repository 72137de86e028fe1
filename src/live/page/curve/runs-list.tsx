import type { RunRecord } from '../../protocol.ts';
import { visit } from '../address.ts';
import { runs as known, shown } from '../runs.ts';
import { Scroll } from '../scroll.tsx';
import { colorOf } from './colors.ts';
import { differences } from './differences.ts';
import { Mark } from './readout.tsx';
import { words } from './words.ts';

const visitRuns = (ids: readonly string[]) => visit({ run: ids.join(',') }, 'push');
const shownIds = () => shown.value.map(({ id }) => id);

/** Which runs are drawn, which one is looked at, and in what they differ. */
export function RunsList() {
  if (known.value.length < 2) return null;
  return (
    <>
      <fieldset class="runs">
        <legend>{words.value.runs}</legend>
        {known.value.map((run) => (
          <Choice key={run.id} run={run} />
        ))}
      </fieldset>
      {shown.value.length > 1 && <Differences runs={shown.value} />}
    </>
  );
}

function Choice({ run }: { run: RunRecord }) {
  const ids = shownIds();
  const isShown = ids.includes(run.id);
  const isMain = ids[0] === run.id;
  const toggle = () => visitRuns(isShown ? ids.filter((id) => id !== run.id) : [...ids, run.id]);
  return (
    <span class="choice">
      <label>
        <input
          type="checkbox"
          checked={isShown}
          disabled={isShown && ids.length === 1}
          aria-label={words.value.draw(run.id)}
          onChange={toggle}
        />{' '}
        <Mark color={colorOf(run)} kind="solid" />
        {run.id}
      </label>{' '}
      <button
        type="button"
        aria-pressed={isMain}
        onClick={() => visitRuns([run.id, ...ids.filter((id) => id !== run.id)])}
      >
        {isMain ? words.value.lookedAt : words.value.lookAt}
      </button>
    </span>
  );
}

function Differences({ runs }: { runs: readonly RunRecord[] }) {
  const w = words.value;
  return (
    <details open>
      <summary>{w.differences}</summary>
      <Scroll label={w.differences}>
        <table>
          <thead>
            <tr>
              <th scope="col">{w.setting}</th>
              {runs.map((run) => (
                <th key={run.id} scope="col">
                  <Mark color={colorOf(run)} kind="solid" />
                  {run.id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences(runs, w.none).map(({ setting, values }) => (
              <tr key={setting}>
                <th scope="row">{setting}</th>
                {values.map((value, i) => (
                  <td key={runs[i]!.id}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
