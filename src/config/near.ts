/** Mistakes that a name may have and still be meant. */
const MOST_EDITS = 2;

/** The name that was probably meant: the same but for case, hyphens and underscores, or with a letter or two wrong. */
export function nearName(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '');
  const asked = plain(given);
  const found = names
    .map((name) => ({ name, edits: distance(asked, plain(name)) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return found && found.edits <= Math.min(MOST_EDITS, asked.length / 3) ? found.name : undefined;
}

/** How many letters have to be put in, left out or replaced (Levenshtein 1966). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_EDITS) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
