import type uPlot from 'uplot';
import { visit } from '../address.ts';
import { choose, pointed } from '../cursor.ts';
import { shown } from '../runs.ts';
import { wholeOf, zoomTo } from './look.ts';

/** How far a pointer moves before it means a stretch. */
const DRAG = 6;
/** Where uPlot puts a cursor that has left. */
const isOut = (left: number | undefined): boolean => left === undefined || left < 0;

/** The cursors of all charts move together, and with them the step that the page shows. */
export const cursorOptions = (): uPlot.Cursor => ({
  y: false,
  points: { show: false },
  drag: { x: true, y: false, setScale: false, dist: DRAG },
  sync: { key: 'steps', setSeries: false },
});

export const interactionHooks = (): uPlot.Hooks.Arrays => ({
  ready: [(u) => listen(u)],
  setCursor: [
    (u) => {
      const run = shown.peek()[0];
      const { left } = u.cursor;
      if (!run) return;
      pointed.value = isOut(left) ? null : stepAt(u, left!);
    },
  ],
  setSelect: [
    (u) => {
      const { left, width } = u.select;
      if (width < DRAG) return;
      zoomTo([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')], wholeOf(shown.peek()));
      u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    },
  ],
});

function stepAt(u: uPlot, left: number): number {
  const { charactersPerStep, step } = shown.peek()[0]!;
  return Math.max(0, Math.min(step, Math.round(u.posToVal(left, 'x') / charactersPerStep)));
}

/** A click holds a step, a finger moves the cursor, a double click shows the whole curve. */
function listen(u: uPlot): void {
  let pressedAt = 0;
  const leftOf = (event: MouseEvent) => event.clientX - u.over.getBoundingClientRect().left;
  u.over.addEventListener('pointerdown', (event) => {
    pressedAt = leftOf(event);
  });
  u.over.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') pointed.value = stepAt(u, leftOf(event));
  });
  u.over.addEventListener('pointerup', (event) => {
    if (event.pointerType !== 'touch') return;
    choose(stepAt(u, leftOf(event)), 'push');
    pointed.value = null;
  });
  // the page scrolls instead
  u.over.addEventListener('pointercancel', () => {
    pointed.value = null;
  });
  u.over.addEventListener('click', (event) => {
    if (Math.abs(leftOf(event) - pressedAt) < DRAG) choose(stepAt(u, leftOf(event)), 'push');
  });
  u.over.addEventListener('dblclick', () => visit({ zoom: undefined }));
}
