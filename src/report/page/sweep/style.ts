import { STYLE as SHARED } from '../inspection/style.ts';

/** Lines go from the accent of the best fifth to the warm colour of the worst. */
export const STYLE = `${SHARED}
.q0 { stroke: var(--accent); } .q4 { stroke: var(--warm); }
.q1 { stroke: color-mix(in oklab, var(--accent) 75%, var(--warm)); }
.q2 { stroke: color-mix(in oklab, var(--accent) 50%, var(--warm)); }
.q3 { stroke: color-mix(in oklab, var(--accent) 25%, var(--warm)); }
g[data-trial] .line { stroke-width: 1.4; opacity: .8; }
.chosen g[data-trial] { opacity: .3; }
.chosen g[data-trial].here { opacity: 1; }
g.here .line { stroke-width: 3.5; opacity: 1; } g.here .dots { stroke-width: 10; }
tr.here { background: var(--band); }
.name { font-weight: 600; } .chart text.name, .chart text.value { font-size: 15px; }
.value { paint-order: stroke; stroke: var(--panel); stroke-width: 4px; }
.answer code { overflow-wrap: anywhere; }
#trials .scroll { max-height: 40rem; overflow: auto; }
#trials button { padding: 0 .6rem; min-width: 3rem; } #trials button[aria-pressed="true"] { background: var(--band); font-weight: 700; }
`;
