// Bundles src into dist/lib and the scripts of HTML pages into dist/client. In dist/lib few files start faster than
// many, zod comes without its fifty languages, and what it needs is in it, so that little has to be installed. All
// chunks lie in one folder, as deep as the folders of src, so that paths relative to a module stay right.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { globSync } from 'tinyglobby';
import { declarationFile, declarationsOf } from './declarations.js';

const LICENCE = /^licen[cs]e/i;

const bundle = await rolldown({
  input: {
    index: 'src/index.ts',
    core: 'src/core.ts',
    main: 'src/cli/main.ts',
    worker: 'src/train/parallel/worker.ts',
    inspector: 'src/library/inspector.ts',
  },
  platform: 'node',
  // for a queue, which few have: installed beside this package by who does
  external: ['bullmq', 'ioredis'],
});
const { output } = await bundle.write({
  dir: 'dist/lib',
  cleanDir: true,
  sourcemap: true,
  chunkFileNames: '[name]-[hash].js',
});

for (const entry of ['dist/types/index.d.ts', 'dist/types/browser.d.ts'])
  writeFileSync(entry, declarationFile(declarationsOf(resolve(entry))));

// of seedrandom's generators one is used, a CommonJS module with its licence above it; the package's index brings all
const alea = readFileSync('node_modules/seedrandom/lib/alea.js', 'utf8');
const [aleaLicence] = /^(\/\/.*\n|\n)+/.exec(alea);
const oneGenerator = {
  name: 'one-generator',
  resolveId: (source) => (source === 'seedrandom' ? '\0alea' : null),
  load: (id) =>
    id === '\0alea'
      ? `const module = { exports: {} };\n${alea}\nexport default { alea: module.exports };`
      : null,
};

const HELP =
  /\.describe\(\s*(['"`])(?:\\.|(?!\1).)*\1,?\s*\)|\.meta\(\{[^{}]*\}\)|\breason:\s*(['"`])(?:\\.|(?!\2).)*\2,/gs;
/** In a bundle for browsers X.browser.ts stands for X.ts; help texts stay away. */
const forBrowsers = {
  name: 'for-browsers',
  resolveId(source, importer) {
    if (source === 'zod') return resolve('src/config/zod.browser.ts');
    if (!importer || !/^\.{1,2}\/.*\.ts$/.test(source)) return null;
    const own = resolve(dirname(importer), source.replace(/\.ts$/, '.browser.ts'));
    return existsSync(own) ? own : null;
  },
  transform: (code, id) => (/src\/config\/\w+\.ts$/.test(id) ? code.replace(HELP, '') : null),
};
const browserOptions = {
  platform: 'browser',
  plugins: [forBrowsers, oneGenerator],
  external: [/^node:/, 'tinyglobby', 'yaml'],
};
const browser = await rolldown({ ...browserOptions, input: 'src/browser.ts' });
const written = await browser.write({ file: 'dist/browser/index.js', format: 'esm', minify: true });
const [{ imports, code }] = written.output;
if (imports.length > 0) throw new Error(`the browser's library imports ${imports}`);
process.stdout.write(`dist/browser/index.js: ${gzipSync(code, { level: 9 }).length} bytes gzipped\n`);

// one file a page, to be inlined; not minified, since a reader may look into the page
for (const input of globSync(['src/report/page/*/client/main.ts', 'src/lecture/page/client/main.ts'])) {
  const page = input
    .split('/')
    .filter((folder) => folder !== 'page')
    .at(-3);
  const client = await rolldown({ input, platform: 'browser' });
  await client.write({ file: `dist/client/${page}.js`, format: 'esm' });
}
// the code of exported models, with the one generator of seedrandom that it draws from, and its licence
const runtime = await rolldown({
  input: 'src/exchange/runtime/main.ts',
  platform: 'browser',
  plugins: [oneGenerator],
});
await runtime.write({ file: 'dist/client/model.js', format: 'esm', banner: aleaLicence.trim() });
const uplot = 'node_modules/uplot';
writeFileSync(
  'dist/client/uplot.js',
  `/*!\n${licenceOf(uplot)}*/\n${readFileSync(`${uplot}/dist/uPlot.iife.min.js`, 'utf8')}\n`,
);
copyFileSync(`${uplot}/dist/uPlot.min.css`, 'dist/client/uplot.css');

// the live page: with the library, since it computes with models
const live = await rolldown({
  ...browserOptions,
  input: 'src/live/page/main.tsx',
  tsconfig: 'tsconfig.browser.json',
});
const page = await live.write({ file: 'dist/client/live.js', format: 'esm', minify: true });
const [{ code: pageCode, imports: pageImports }] = page.output;
if (pageImports.length > 0) throw new Error(`the live page imports ${pageImports}`);
const panelStyles = globSync('src/live/page/*/style.css').sort();
const pageStyle = ['node_modules/uplot/dist/uPlot.min.css', 'src/live/page/style.css', ...panelStyles].map(
  (name) => readFileSync(name, 'utf8'),
);
// that of drawings stands in the code that draws them
const drawing = await rolldown({ input: 'src/report/page/svg.ts', platform: 'browser' });
const [{ code: drawingCode }] = (await drawing.generate({ format: 'esm' })).output;
const { SVG_STYLE } = await import(`data:text/javascript,${encodeURIComponent(drawingCode)}`);
writeFileSync('dist/client/live.css', [...pageStyle, SVG_STYLE].join('\n'));
process.stdout.write(`dist/client/live.js: ${gzipSync(pageCode, { level: 9 }).length} bytes gzipped\n`);

// the licences of all that was bundled ask to come along
const modules = [...output, ...page.output].flatMap((chunk) => chunk.moduleIds ?? []);
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
