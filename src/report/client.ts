import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The script of a page, as `npm run build` bundles it from src/report/<page>/client; the path holds from dist/lib too. */
export const clientScript = (page: string): string =>
  readFileSync(new URL(`../../dist/client/${page}.js`, import.meta.url), 'utf8');

/** uPlot to be inlined: it defines the variable `uPlot`; its licence asks to come along. */
export function uPlotSources(): { script: string; style: string } {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return {
    script: `/*!\n${read('LICENSE')}*/\n${read('dist/uPlot.iife.min.js')}\n`,
    style: read('dist/uPlot.min.css'),
  };
}
