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
  const hash = `#${next}`;
  if (hash === `#${new URLSearchParams(current.peek())}`) return;
  if (how === 'push') history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  current.value = Object.fromEntries(next);
}

const follow = (): void => {
  current.value = read();
};
addEventListener('popstate', follow);
addEventListener('hashchange', follow);
