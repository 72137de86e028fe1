import { readFileSync } from 'node:fs';

/** A file that `npm run build` made for pages; the path holds from dist/lib too. */
const built = (name: string): string =>
  readFileSync(new URL(`../../dist/client/${name}`, import.meta.url), 'utf8');

/** The script of a page, bundled from its folder `client`. */
export const clientScript = (page: string): string => built(`${page}.js`);

/** The live page: one script and one style, with everything that they need. */
export const livePageSources = (): { script: string; style: string } => ({
  script: built('live.js'),
  style: built('live.css'),
});

/** uPlot to be inlined: it defines the variable `uPlot`; its licence comes along. */
export const uPlotSources = (): { script: string; style: string } => ({
  script: built('uplot.js'),
  style: built('uplot.css'),
});
