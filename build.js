// Bundles src into dist/lib and the scripts of HTML pages into dist/client. In dist/lib few files start faster than
// many, zod comes without its fifty languages, and what it needs is in it, so that little has to be installed. All
// chunks lie in one folder, as deep as the folders of src, so that paths relative to a module stay right.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { globSync } from 'tinyglobby';

const LICENCE = /^licen[cs]e/i;

const bundle = await rolldown({
  input: { index: 'src/index.ts', main: 'src/cli/main.ts', worker: 'src/train/parallel/worker.ts' },
  platform: 'node',
});
const { output } = await bundle.write({
  dir: 'dist/lib',
  cleanDir: true,
  sourcemap: true,
  chunkFileNames: '[name]-[hash].js',
});

// one file a page, to be inlined; not minified, since a reader may look into the page
for (const input of globSync(['src/report/page/*/client/main.ts', 'src/lecture/page/client/main.ts'])) {
  const page = input
    .split('/')
    .filter((folder) => folder !== 'page')
    .at(-3);
  const client = await rolldown({ input, platform: 'browser' });
  await client.write({ file: `dist/client/${page}.js`, format: 'esm' });
}
const uplot = 'node_modules/uplot';
writeFileSync(
  'dist/client/uplot.js',
  `/*!\n${licenceOf(uplot)}*/\n${readFileSync(`${uplot}/dist/uPlot.iife.min.js`, 'utf8')}\n`,
);
copyFileSync(`${uplot}/dist/uPlot.min.css`, 'dist/client/uplot.css');

// the licences of all that was bundled ask to come along
const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
const folders = modules.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0]).filter(Boolean);
const notices = [...new Set([...folders, join(process.cwd(), uplot)])].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${name} ${version} (${license})\n\n${licenceOf(folder)}`;
});
writeFileSync('dist/THIRD-PARTY.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));

/** A package's licence text; seedrandom has it in its README. */
function licenceOf(folder) {
  const file = readdirSync(folder).find((name) => LICENCE.test(name)) ?? 'README.md';
  return `${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
