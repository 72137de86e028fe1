import { LOOK_STYLE } from '../look.ts';
import { SVG_STYLE } from '../svg.ts';

/** Text keeps 4.5:1 on the full shade of --drive, in light and in dark. */
export const STYLE = `${SVG_STYLE}${LOOK_STYLE}
:root { --drive: 255 160 80; }
@media (prefers-color-scheme: dark) { :root { --drive: 150 70 0; } }
h1, h2, h3, p { overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
nav ul, .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .5rem 0; }
.answers, .figures { gap: 1rem; margin: 1rem 0; }
.answers { display: flex; flex-wrap: wrap; }
.answers > * { flex: 1 1 20rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.figures > * { max-width: 46rem; }
.figures.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); } .figures.small > * { max-width: 24rem; }
.panel + .panel { margin-top: 1rem; } .figures .panel { margin: 0; }
tbody th { font-weight: 500; white-space: nowrap; }
@media (max-width: 40rem) { tbody th { white-space: normal; min-width: 8rem; } td { min-width: 6rem; } }
.answer { border-left: 6px solid var(--accent); padding: .2rem 1rem; background: var(--panel); border-radius: 4px; }
.answer h2 { margin: .5rem 0; font-size: 1.1rem; } .answer p { margin: .5rem 0; }
.models p { max-width: none; }
figure { margin: 0; padding: .7rem; } figcaption { font-weight: 600; margin-bottom: .3rem; }
.what { border-left: 3px solid var(--line); padding-left: .8rem; font-size: .95rem; }
.source { color: var(--quiet); }
.scroll { overflow-x: auto; max-width: 100%; }
caption { text-align: left; }
thead th { vertical-align: bottom; }
details { margin: .6rem 0; } summary { cursor: pointer; }
details .scroll { max-height: 24rem; overflow: auto; }
@media print { details .scroll { max-height: none; } }
.readout { white-space: pre-line; margin: .6rem 0 .3rem; min-height: 3em; max-width: none; font-variant-numeric: tabular-nums; }
.sample { width: 30px; height: 12px; vertical-align: middle; }
.key { display: inline-block; width: 28px; height: 0; vertical-align: middle; border-top: 2px solid var(--ink); }
.key.fine { border-top-width: 1px; } .key.area { height: 12px; border: 0; background: var(--band); } .key.dash { border-top-style: dashed; } .key.dot { border-top-style: dotted; }
#curve-chart { min-height: 200px; } #curve-chart[role] { cursor: crosshair; }
.heat { position: relative; padding-bottom: .4rem; }
.heat-area { position: relative; }
.map { display: block; image-rendering: pixelated; }
.row-name { position: sticky; left: 0; width: max-content; margin: .3rem 0; color: var(--quiet); font-size: .85rem; }
.letters { display: flex; font: 12px/18px ui-monospace, monospace; }
.letters b { flex: 0 0 13px; font-weight: normal; text-align: center; overflow: hidden; white-space: pre; }
.cross { position: absolute; pointer-events: none; outline: 2px solid #000; box-shadow: 0 0 0 3px #fff; }
.ramp { display: inline-block; width: 90px; height: 12px; vertical-align: middle; border: 1px solid var(--line); }
.scales { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; max-width: none; }
.drivers { font-size: 1.05rem; line-height: 1.9; overflow-wrap: anywhere; }
.word { white-space: nowrap; }
.drivers button, .drivers span[data-t] { border: 0; border-radius: 2px; padding: .1em 0; min-width: 1ch; color: var(--ink);
  background: rgb(var(--drive) / var(--s, 0)); white-space: pre; cursor: pointer; font: inherit; }
.drivers button[aria-pressed="true"] { box-shadow: 0 0 0 2px var(--ink); }
.drivers button:hover { text-decoration: underline; }
`;
