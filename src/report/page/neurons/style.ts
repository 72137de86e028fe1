import { LOOK_STYLE } from '../look.ts';

/** Text keeps 4.5:1 on the full shade of either colour, in light and in dark. */
export const STYLE = `${LOOK_STYLE}
:root { --positive: 100 160 255; --negative: 255 130 110; }
@media (prefers-color-scheme: dark) { :root { --positive: 30 80 170; --negative: 150 40 30; } }
.p { --c: var(--positive); } .n { --c: var(--negative); }
.text { font-size: 1.05rem; line-height: 1.7; white-space: pre-wrap; overflow-wrap: anywhere; }
.text span { background: rgb(var(--c) / var(--s)); padding: .12em 0; }
.text span.here { outline: 2px solid var(--ink); }
.ramp { white-space: nowrap; padding: .1em .6em; border-radius: 4px; border: 1px solid var(--line); } .ramp.p, .ramp.n { background: rgb(var(--c)); }
.picker { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; max-width: none; }
select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem; }
.readout { max-width: none; min-height: 3em; margin: .5rem 0; }
.ranking { display: grid; grid-template-columns: 9rem 1fr; gap: .2rem 1rem; align-items: center; margin: .5rem 0; }
@media (max-width: 40rem) { .ranking { grid-template-columns: 1fr; } }
.ranking h3, .ranking .never { font-size: 1rem; margin: 0; }
.ranking ol { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0; padding: 0; }
h1, p { overflow-wrap: anywhere; }
#colours > p { max-width: none; } .beside h2 { margin-top: 1rem; }
@media (min-width: 64rem) { .beside { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2.5rem; align-items: start; } }
.r { font-variant-numeric: tabular-nums; color: var(--quiet); }
button[aria-pressed="true"] { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.what { border-left: 3px solid var(--line); padding-left: .8rem; margin-top: 2rem; font-size: .95rem; }
`;
