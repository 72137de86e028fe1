import { BAR_STYLE } from '../../report/page/look.ts';
import { SVG_STYLE } from '../../report/page/svg.ts';

/** Numbers are shaded by sign and size; 30 % of a colour under the ink keeps a contrast above 7:1 in light and dark. */
export const STYLE = `${SVG_STYLE}${BAR_STYLE}
html { font-size: clamp(16px, 10.5px + .6vw, 24px); }
body { font-size: 1rem; line-height: 1.5; }
main { max-width: none; padding: 0 clamp(1rem, 3vw, 3rem); }
:lang(ko) p, :lang(ko) li, :lang(ko) h1, :lang(ko) h2, :lang(ko) dd, :lang(ko) caption { word-break: keep-all; }
.flag { white-space: nowrap; }
sub { line-height: 0; font-size: .72em; }
section { scroll-margin-top: 5rem; padding: .9rem 0 0; }
section + section { border-top: 1px solid var(--line); }
section[hidden], article[hidden], .group[hidden], button[hidden] { display: none; }
h1, h2 { margin: 0 0 .6rem; font-size: 1.45rem; line-height: 1.25; }
h1:focus, h2:focus { outline: none; }
.chapter { margin: 0; font-size: .85rem; }
.progress { position: absolute; left: 0; bottom: -2px; height: 3px; width: 0; background: var(--accent); }
.groups { columns: 31rem 2; column-gap: 3rem; padding-bottom: 1rem; }
.groups.single { columns: auto; }
.group { break-inside: avoid; padding-bottom: .7rem; }
.group.wide { column-span: all; }
.group > :first-child { margin-top: 0; } .group > :last-child { margin-bottom: 0; }
p { margin: .4rem 0; max-width: 48rem; }
summary { cursor: pointer; }
details ol { columns: 20rem; margin: .4rem 0; } details ol > li { break-inside: avoid; padding-bottom: .5rem; }
details ul { padding-left: 0; list-style: none; }
.scroll { overflow-x: auto; max-width: 100%; padding: 3px; }
pre { overflow-x: auto; white-space: pre-wrap; margin: .4rem 0 .4rem 1rem; line-height: 1.6; }
figure { margin: .4rem 0; }
figcaption { font-weight: 600; } figcaption.quiet { font-weight: 400; }
dl { margin: 0; display: grid; gap: .35rem 1.5rem; }
dl > div { display: grid; grid-template-columns: minmax(9rem, 1fr) 2.6fr 3fr; gap: 0 1.5rem; align-items: baseline; }
dt { font-weight: 600; } dd { margin: 0; }
.formula { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace; }
.equation { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; margin: .4rem 0; }
.term { display: flex; align-items: center; gap: .5rem; max-width: 100%; }
.sign { font-size: 1.25rem; font-weight: 600; white-space: nowrap; padding-top: 1.5rem; }
.grid caption { padding-bottom: .1rem; text-align: center; white-space: nowrap; }
.grid th, .grid td { border: 0; padding: .05rem .42rem; text-align: right; white-space: nowrap; }
.grid th { font-weight: 400; color: var(--quiet); }
.grid tbody { --edge: 2px solid var(--ink); }
.grid tbody td:first-of-type { border-left: var(--edge); }
.grid tbody td:last-of-type { border-right: var(--edge); }
.grid tbody tr:first-child td:first-of-type { border-top-left-radius: 7px; }
.grid tbody tr:last-child td:first-of-type { border-bottom-left-radius: 7px; }
.grid tbody tr:first-child td:last-of-type { border-top-right-radius: 7px; }
.grid tbody tr:last-child td:last-of-type { border-bottom-right-radius: 7px; }
.grid { border-collapse: separate; border-spacing: 0; }
.plus { background: color-mix(in srgb, var(--accent) calc(var(--share) * .3%), transparent); }
.minus { background: color-mix(in srgb, var(--warm) calc(var(--share) * .3%), transparent); }
.mark { font-weight: 700; text-decoration: underline 2px; text-underline-offset: 3px; }
table caption { text-align: left; font-weight: 600; }
caption span { display: inline-block; position: sticky; left: 0; right: 0; max-width: calc(100vw - 2.5rem); }
.scroll > table { min-width: min(100%, 20rem); }
th, td { padding: .1rem .9rem .1rem 0; }
tbody th { font-weight: 400; }
.number { text-align: right; }
.bar-of { display: inline-block; height: .8rem; margin-right: .5rem; background: var(--quiet); border-radius: 2px; vertical-align: -1px; }
.bar-of.right { background: var(--accent); }
.network { display: block; height: auto; max-width: 100%; --tone: var(--accent); }
.network.backward { --tone: var(--warm); }
.network path { fill: none; stroke: var(--ink); stroke-width: 1.6; }
.network circle, .network rect { fill: var(--panel); stroke: var(--ink); stroke-width: 1.6; }
.network .character, .network .state { font-size: 15px; }
.network .index { font-size: 10px; }
.network .weight { font-size: 11px; fill: var(--quiet); }
.network path.active, .network .active circle, .network .active rect { stroke: var(--tone); stroke-width: 3.2; }
.network .active text { font-weight: 700; }
.network path.later, .network .later circle, .network .later rect { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 3; }
.network .later text { fill: var(--quiet); }
.curves { max-width: 31rem; }
.line.c { stroke: var(--ink); stroke-dasharray: 2 5; } .line.d { stroke: var(--good); stroke-dasharray: 12 4 2 4; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin: .2rem 0; padding: 0; }
.sample { width: 44px; height: 12px; vertical-align: middle; }
@media (min-width: 48rem) { tbody th { white-space: nowrap; } }
@media (max-width: 48rem) { th, td { padding-right: .5rem; } .keys { display: none; } .grid th, .grid td { padding: .05rem .3rem; }
  dl > div { grid-template-columns: 1fr; } }
@media print { details { display: none; } section[hidden], .group[hidden] { display: block; } }
`;
