import { toggleFullScreen } from './full-screen.ts';

/*
 * The keys of a clicker go from panel to panel: to the next one when the end of this one can be seen, else the page scrolls on
 * as any page does.
 */

const stops = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('section.panel')];
/** Where the bar ends, under which a panel begins. */
const top = (): number => document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0;
/** What rounds away. */
const SLACK = 4;

function goOn(): boolean {
  const next = stops().find((stop) => stop.getBoundingClientRect().top > top() + ROOM + SLACK);
  return next !== undefined && goTo(next);
}

function goBack(): boolean {
  const before = stops().findLast((stop) => stop.getBoundingClientRect().top < top() + ROOM - SLACK);
  if (before) return goTo(before);
  scrollTo({ top: 0 });
  return true;
}

/** What a panel is kept away from the bar. */
const ROOM = 8;

function goTo(stop: HTMLElement): boolean {
  scrollTo({ top: scrollY + stop.getBoundingClientRect().top - top() - ROOM });
  stop.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  return true;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.matches('input:not([type=range], [type=checkbox], [type=radio]), select, textarea');

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || isTyping(target)) return;
    if (key === 'f') toggleFullScreen();
    else if ((key === 'PageDown' && goOn()) || (key === 'PageUp' && goBack())) event.preventDefault();
  });
}
