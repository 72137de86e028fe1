import { toggleFullScreen } from '../../../report/page/shared/client/tools.ts';
import { layOut } from './layout.ts';

/*
 * One scene at a time, in parts that fit the screen, by buttons and by the keys of a clicker. The address names the scene,
 * and a screen reader hears where it is. Each language is an article with the same scenes.
 */

const articles = [...document.querySelectorAll('article')];
let article = articles.find(({ hidden }) => !hidden)!;
/** Which scene and which of its parts is shown, or all of them. */
let [scene, part, parts, showsAll] = [0, 0, 1, false];
/** Further than there are scenes or parts. */
const LAST = Number.MAX_SAFE_INTEGER;

const sections = () => [...article.querySelectorAll('section')];
const within = <E extends HTMLElement>(selector: string) => article.querySelector<E>(selector)!;
const name = () => sections()[scene]!.id;

/** The scene of the address, in the language that the address names. */
function fromAddress(): boolean {
  const section = document.getElementById(location.hash.slice(1));
  const owner = articles.find((candidate) => section !== null && candidate.contains(section));
  if (!owner) return false;
  article = owner;
  [scene, part] = [
    Math.max(
      0,
      sections().findIndex(({ id }) => id === section!.id),
    ),
    0,
  ];
  return true;
}

function draw(): void {
  for (const other of articles) other.hidden = other !== article;
  document.documentElement.lang = article.lang;
  document.title = article.dataset.title!;
  const all = sections();
  all.forEach((section, i) => {
    section.hidden = !showsAll && i !== scene;
    if (showsAll) layOut(section, Number.POSITIVE_INFINITY, 0);
  });
  parts = showsAll ? 1 : layOut(all[scene]!, roomFor(all[scene]!), part);
  part = Math.min(part, parts - 1);
  const { position } = all[scene]!.dataset;
  const ofParts = article.dataset.part!.replace('{part}', String(part + 1)).replace('{parts}', String(parts));
  within('[role=status]').textContent = parts > 1 ? `${position}, ${ofParts}` : position!;
  within('.progress').style.width = `${(100 * (scene + (part + 1) / parts)) / all.length}%`;
  within<HTMLButtonElement>('[data-go="-1"]').disabled = scene === 0 && part === 0;
  within<HTMLButtonElement>('[data-go="1"]').disabled = scene === all.length - 1 && part === parts - 1;
  within('[data-all]').ariaPressed = String(showsAll);
  within('[data-full]').ariaPressed = String(document.fullscreenElement !== null);
  for (const box of article.querySelectorAll<HTMLElement>('.scroll, pre')) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
  }
}

/** On a screen too small for slides a scene is one part, and scrolls. */
const SLIDES = matchMedia('(min-width: 48rem) and (min-height: 30rem)');
const roomFor = (section: HTMLElement): number => {
  const title = section.querySelector('.groups')!.getBoundingClientRect().top + scrollY;
  return SLIDES.matches ? innerHeight - title : Number.POSITIVE_INFINITY;
};

function show(toScene: number, toPart: number, keepFocus = false): void {
  [scene, part] = [Math.min(Math.max(toScene, 0), sections().length - 1), toPart];
  history.replaceState(null, '', `#${name()}`);
  draw();
  const title = sections()[scene]!.querySelector<HTMLElement>('h1, h2')!;
  if (!keepFocus || document.activeElement === document.body) title.focus({ preventScroll: true });
  const { top } = sections()[scene]!.getBoundingClientRect();
  scrollTo({ top: showsAll ? top + scrollY - within('.bar').offsetHeight : 0 });
}

/** One part on or back; past the first and the last there is nothing. */
function step(by: number, keepFocus = false): void {
  const [nextPart, nextScene] = [part + by, scene + by];
  if (!showsAll && nextPart >= 0 && nextPart < parts) show(scene, nextPart, keepFocus);
  else if (nextScene >= 0 && nextScene < sections().length) show(nextScene, by > 0 ? 0 : LAST, keepFocus);
}

function switchTo(language: string): void {
  const place = [scene, part] as const;
  article = articles.find(({ lang }) => lang === language)!;
  show(...place, true);
  within('[data-language]').focus();
}

for (const each of articles) {
  each.querySelector<HTMLElement>('.bar')!.hidden = false;
  each.querySelector<HTMLElement>('[data-full]')!.hidden = !document.fullscreenEnabled;
  each.addEventListener('click', ({ target, detail }) => {
    const button = (target as Element).closest('button');
    if (!button) return;
    // a pointer leaves the button, so that the space bar is the clicker's again
    if (button.dataset.go) step(Number(button.dataset.go), detail === 0);
    else if (button.dataset.language) switchTo(button.dataset.language);
    else if (button.dataset.full !== undefined) toggleFullScreen();
    else {
      showsAll = !showsAll;
      show(scene, 0, true);
    }
  });
}

type Move = 'next' | 'back' | 'first' | 'last';
const KEYS: Record<string, Move> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  PageDown: 'next',
  ' ': 'next',
  ArrowLeft: 'back',
  ArrowUp: 'back',
  PageUp: 'back',
  Home: 'first',
  End: 'last',
};
const SIDEWAYS = ['ArrowLeft', 'ArrowRight'];

/** Whether what has the focus uses this key itself. */
function isTaken(target: Element, key: string): boolean {
  if (target.matches('input, select, textarea, [contenteditable]')) return true;
  if (key === ' ' && target.matches('a, button, summary')) return true;
  return target.matches('.scroll, pre') && [...SIDEWAYS, 'Home', 'End'].includes(key);
}

/** Whether the page itself can still move that way: what is too tall is read to its end first. */
function scrolls(move: Move): boolean {
  if (move === 'next') return scrollY + innerHeight < document.documentElement.scrollHeight - 2;
  return move === 'back' && scrollY > 2;
}

addEventListener('keydown', (event) => {
  const { key, target, shiftKey } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || (shiftKey && key !== ' ')) return;
  if (isTaken(target as Element, key)) return;
  if (key === 'f') return toggleFullScreen();
  const move = key === ' ' && shiftKey ? 'back' : KEYS[key];
  if (!move) return;
  // what lies open to be read is scrolled, as any page
  if (!SIDEWAYS.includes(key) && (showsAll || scrolls(move))) return;
  event.preventDefault();
  if (move === 'first') show(0, 0);
  else if (move === 'last') show(LAST, LAST);
  else step(move === 'next' ? 1 : -1);
});
addEventListener('hashchange', () => {
  if (fromAddress()) show(scene, 0);
});
addEventListener('resize', draw);
document.addEventListener('fullscreenchange', draw);
fromAddress();
draw();
