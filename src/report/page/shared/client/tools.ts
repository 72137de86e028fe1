import type { Language } from '../../languages.ts';

/*
 * What all pages do for a reader with a projector: the keys of a clicker, full screen, and the other language.
 */

export const toggleFullScreen = (): void =>
  void (document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen());

/** Where the bar ends, under which a part begins. */
const top = (): number => document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0;
/** What a part is kept away from the bar, and what rounds away. */
const [ROOM, SLACK] = [8, 4];

/**
 * The keys of a clicker go from part to part; within a long one the page scrolls on as any page does. The key f fills the
 * screen.
 * @param selector of the parts
 */
export function listenToClicker(selector: string): void {
  const stops = () => [...document.querySelectorAll<HTMLElement>(selector)];
  const goTo = (stop: HTMLElement): void => {
    scrollTo({ top: scrollY + stop.getBoundingClientRect().top - top() - ROOM });
    stop.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  };
  const goOn = (): boolean => {
    const next = stops().find((stop) => stop.getBoundingClientRect().top > top() + ROOM + SLACK);
    // what is longer than two screens is read, not skipped
    if (!next || next.getBoundingClientRect().top > 2 * innerHeight) return false;
    goTo(next);
    return true;
  };
  const goBack = (): boolean => {
    const before = stops().findLast((stop) => stop.getBoundingClientRect().top < top() + ROOM - SLACK);
    if (before) goTo(before);
    else scrollTo({ top: 0 });
    return true;
  };
  addEventListener('keydown', (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || isTyping(target)) return;
    if (key === 'f') toggleFullScreen();
    else if ((key === 'PageDown' && goOn()) || (key === 'PageUp' && goBack())) event.preventDefault();
  });
}

/** Sliders use the paging keys themselves. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.matches(
    'input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [role=slider]:not(input)',
  );

/** The language that the page is shown in. */
export const languageOf = (): Language => (document.documentElement.lang === 'ko' ? 'ko' : 'en');

/** Starts the bar of a page that is read from top to bottom. @param retell says anew what a script has said */
export function startTools(retell: () => void): void {
  const bar = document.querySelector<HTMLElement>('.bar')!;
  const full = bar.querySelector<HTMLButtonElement>('[data-full]')!;
  bar.hidden = false;
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener('click', toggleFullScreen);
  document.addEventListener('fullscreenchange', () => {
    full.ariaPressed = String(document.fullscreenElement !== null);
  });
  bar.querySelector('[data-language]')?.addEventListener('click', () => {
    switchTo(languageOf() === 'en' ? 'ko' : 'en');
    retell();
  });
  for (const title of document.querySelectorAll<HTMLElement>('section > h2, .answer > h2'))
    title.tabIndex = -1;
  listenToClicker('main section, .answer');
  listenToPrinter();
}

/** What is folded away is printed, and folded again. */
function listenToPrinter(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
}

function switchTo(language: Language): void {
  const { documentElement: root } = document;
  document.title = root.dataset[language] ?? document.title;
  root.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>('[data-en][data-ko]:not(html)'))
    element.setAttribute('aria-label', element.dataset[language]!);
}
