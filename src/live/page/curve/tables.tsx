import { useState } from 'preact/hooks';
import { digits, grouped, percent } from '../../../report/numbers.ts';
import type { RunRecord } from '../../protocol.ts';
import { Scroll } from '../scroll.tsx';
import { bits } from './figures.ts';
import { words } from './words.ts';

/** Every evaluation, and when each simple model was beaten. */
export function Tables({ run }: { run: RunRecord }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.value.table}</summary>
      {open && (
        <>
          <Levels run={run} />
          <Evaluations run={run} />
        </>
      )}
    </details>
  );
}

function Levels({ run: { levels, history } }: { run: RunRecord }) {
  const w = words.value;
  const beaten = (bpc: number) => history.find((row) => (row.validationBpc ?? row.trainBpc) < bpc)?.step;
  return (
    <table>
      <caption>{w.levelsTable}</caption>
      <thead>
        <tr>
          <th scope="col">{w.level}</th>
          <th scope="col" class="number">
            {w.unit}
          </th>
          <th scope="col" class="number">
            {w.step}
          </th>
        </tr>
      </thead>
      <tbody>
        {levels.map(({ name, bpc }) => {
          const step = beaten(bpc);
          return (
            <tr key={name}>
              <th scope="row">{w.levels[name]}</th>
              <td class="number">{bits(bpc)}</td>
              <td class="number">{step === undefined ? w.never : grouped(step)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Evaluations({ run: { history } }: { run: RunRecord }) {
  const w = words.value;
  return (
    <Scroll label={w.table} tall>
      <table>
        <thead>
          <tr>
            {[w.step, w.training, w.validation, w.gradientNorm, w.clipRate].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.map((row) => (
            <tr key={row.step}>
              <th scope="row" class="number">
                {grouped(row.step)}
              </th>
              <td class="number">{bits(row.trainBpc)}</td>
              <td class="number">{bits(row.validationBpc)}</td>
              <td class="number">{digits(row.gradientNorm)}</td>
              <td class="number">{percent(row.clipRate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
