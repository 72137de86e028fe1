import { both, type Language } from './languages.ts';

/**
 * The bar on top of a page: full screen and the other language, for those who let the script run.
 * @param only the language of a page that has no other
 */
export const toolBar = (title: string, only?: Language): string => `<div class="bar" hidden>
<p class="where">${title}</p>
<span class="tools"><button type="button" data-full aria-pressed="false">${both('Full screen', '전체 화면')}</button>
${only ? '' : `<button type="button" data-language>${both('<span lang="ko">한국어</span>', '<span lang="en">English</span>')}</button>`}</span>
</div>`;

/** The bar of all pages. */
export const BAR_STYLE = `
.bar { position: sticky; top: 0; z-index: 100; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  padding: .5rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
.bar p { margin: 0 .4rem; font-variant-numeric: tabular-nums; }
.bar button { cursor: pointer; padding: .2rem .7rem; }
.bar button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; }
.bar button[aria-pressed=true] { background: var(--band); }
.bar[hidden], .bar button[hidden] { display: none; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; margin-left: auto; }
@media (max-width: 48rem) { .tools { margin-left: 0; } }
@media print { .bar { display: none; } }
`;

/** Pages that use the whole width of a screen: what is seen on the left, its words beside it where there is room. */
export const LOOK_STYLE = `${BAR_STYLE}
html { font-size: clamp(16px, 10.5px + .6vw, 24px); }
body { font-size: 1rem; line-height: 1.5; }
main { max-width: none; padding: 0 clamp(1rem, 3vw, 3rem) 3rem; }
:lang(ko) { word-break: keep-all; }
.t { display: none; } :root:lang(en) .t:lang(en), :root:lang(ko) .t:lang(ko) { display: inline; }
h1 { margin: .8rem 0 .5rem; }
h2:focus { outline: none; }
section { scroll-margin-top: 4rem; }
.where { font-weight: 600; overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (min-width: 64rem) {
  .explained { display: grid; grid-template-columns: minmax(0, 5fr) minmax(15rem, 2fr); gap: 0 2.5rem; align-items: start; }
  .explained > h2 { grid-column: 1 / -1; }
}
`;
