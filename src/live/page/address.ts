import { type ReadonlySignal, signal } from '@preact/signals';

/*
 * What a reader has chosen stands in the address behind #, so that a link shows the same and the back button goes back:
 * run (ids, comma-separated), step, pin (steps, comma-separated), lang; panels add names of their own such as seed.
 */

export type Address = Readonly<Record<string, string>>;

const read = (): Address => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const current = signal(read());

export const address: ReadonlySignal<Address> = current;

/**
 * Changes what the address says; undefined takes a name away.
 * @param how `push` for a choice that the back button should undo, `replace` for what changes with each key
 */
export function visit(
  changes: Record<string, string | undefined>,
  how: 'push' | 'replace' = 'replace',
): void {
  const next = new URLSearchParams(current.peek());
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  if (`${next}` === `${new URLSearchParams(current.peek())}`) return;
  if (how === 'push') replaceNow();
  current.value = Object.fromEntries(next);
  if (how === 'push') history.pushState(null, '', `#${next}`);
  else replaceSoon();
}

/** A browser refuses to change its address more often, as while a key is held down. */
const PAUSE_MS = 100;
let pause: ReturnType<typeof setTimeout> | undefined;
let isBehind = false;

/** At once, or when the pause since the last time is over. */
function replaceSoon(): void {
  isBehind = true;
  if (pause !== undefined) return;
  replaceNow();
  pause = setTimeout(() => {
    pause = undefined;
    if (isBehind) replaceSoon();
  }, PAUSE_MS);
}

function replaceNow(): void {
  if (isBehind) history.replaceState(null, '', `#${new URLSearchParams(current.peek())}`);
  isBehind = false;
}

const follow = (): void => {
  current.value = read();
};
addEventListener('popstate', follow);
addEventListener('hashchange', follow);
