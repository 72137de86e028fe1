/**
 * How far back a repeat is looked for: loops of several lines fit in, and a name that returns on the next page does not
 * count as one.
 */
export const REPETITION_WINDOW = 512;

/** A repeat of so many characters is free, since words and headings return in every text. */
export const FREE_REPEAT = 16;

/**
 * Makes repeats less likely. The penalty θ of CTRL (Keskar et al. 2019) falls on every token that stands in the text
 * already; of characters that would forbid the alphabet. Here, as in DRY samplers, it falls on what would make a repeat
 * longer, and grows with it: where the last n characters stood in `recent` before and v followed them,
 *
 *     logit_v ← logit_v − (n − FREE_REPEAT) · ln θ   for the largest such n above FREE_REPEAT,
 *
 * so that at temperature 1 each further character of a repeat costs v a factor θ of its odds.
 * @param recent ids at the end of the text, the last of them being the last of the text
 */
export function penalizeRepetition(
  logits: ArrayLike<number>,
  recent: readonly number[],
  penalty: number,
): Float64Array {
  const penalized = Float64Array.from(logits);
  longestRepeats(recent).forEach((length, id) => {
    penalized[id]! -= Math.max(0, length - FREE_REPEAT) * Math.log(penalty);
  });
  return penalized;
}

/** For each id that followed the last id before: how many ids at the end of the text stood before it there, at most. */
function longestRepeats(recent: readonly number[]): Map<number, number> {
  const longest = new Map<number, number>();
  const end = recent.length - 1;
  for (let at = 0; at < end; at++) {
    let length = 0;
    while (length <= at && recent[at - length] === recent[end - length]) length++;
    const next = recent[at + 1]!;
    if (length > (longest.get(next) ?? 0)) longest.set(next, length);
  }
  return longest;
}
