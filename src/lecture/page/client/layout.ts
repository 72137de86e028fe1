/** A scene that is only a little too tall for one part is drawn smaller rather than cut. */
const SLIGHTLY = 0.88;
/** A group that alone is too tall for the screen is drawn smaller too, but no smaller than this. */
const SMALLEST = 0.7;
/** by which it shrinks until it fits */
const SHRINK = 0.98;

/** Shows the part of a scene that is asked for, the last one where it has fewer; returns how many parts it has. */
export function layOut(section: HTMLElement, room: number, part: number): number {
  const container = section.querySelector<HTMLElement>('.groups')!;
  const groups = [...container.children] as HTMLElement[];
  const show = (from: number, to: number) => {
    groups.forEach((group, i) => {
      group.hidden = i < from || i >= to;
    });
    container.classList.toggle('single', to - from === 1);
  };
  container.style.removeProperty('zoom');
  show(0, groups.length);
  const inOne = container.offsetHeight * SLIGHTLY <= room;
  const starts: number[] = inOne ? [0] : [];
  for (let from = inOne ? groups.length : 0; from < groups.length; ) {
    starts.push(from);
    let to = from + 1;
    // as many as fit, but at least one
    for (let fits = true; fits && to < groups.length; ) {
      show(from, to + 1);
      fits = container.offsetHeight <= room;
      if (fits) to++;
    }
    from = to;
  }
  const shown = Math.min(part, starts.length - 1);
  show(starts[shown]!, starts[shown + 1] ?? groups.length);
  // what is drawn smaller breaks its lines anew, so that its height is only known afterwards
  const above = section.offsetHeight - container.offsetHeight;
  for (let zoom = 1; section.offsetHeight - above > room && zoom > SMALLEST; zoom *= SHRINK)
    container.style.setProperty('zoom', String(zoom * SHRINK));
  return starts.length;
}
