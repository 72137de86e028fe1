import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { flagsPage } from '../src/cli/flags-page.ts';
import { manPage, troff } from '../src/cli/man-page.ts';
import { FLOW_DEFINITIONS } from '../src/vanishing.ts';
import { referencePage } from './support/reference.ts';
import { settingsModule } from './support/settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('documents', () => {
  it('docs/flags.md is what the schema says (npm run docs renews it)', async () => {
    await expect(flagsPage()).toMatchFileSnapshot(`${root}docs/flags.md`);
  });

  it('src/library/settings.ts is what the schemas say (npm run docs renews it)', async () => {
    await expect(settingsModule()).toMatchFileSnapshot(`${root}src/library/settings.ts`);
  });

  it('man/rnn.1 is what the schema says (npm run docs renews it), and comes with the package', async () => {
    await expect(manPage()).toMatchFileSnapshot(`${root}man/rnn.1`);
    const { man, files } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Record<string, unknown>;
    expect([man, files]).toEqual([['./man/rnn.1'], expect.arrayContaining(['man'])]);
  });

  it('the manual page hides nothing from troff: flags have minus signs, text is no request', () => {
    const page = manPage().split('\n');
    expect(page).toContain('\\fB\\-\\-lr\\fR, \\fB\\-\\-learning\\-rate\\fR \\fIn\\fR');
    expect(page).toContain(
      'text to continue; @file reads a file, - reads standard input, @@ is an @; escapes: \\en, \\er, \\et, \\eu{HEX}, \\e\\e',
    );
    expect(page.filter((line) => /^['.](?!TH |SH |SS |TP|PP|nf|fi|br)/.test(line))).toEqual([]);
    expect(troff("'a\n.b \\c-d")).toBe("\\&'a\n\\&.b \\ec-d");
  });

  it('docs/api.md is what the built declarations say (npm run build, then npm run docs renews it)', async () => {
    await expect(referencePage(`${root}dist/types/index.d.ts`)).toMatchFileSnapshot(`${root}docs/api.md`);
  });

  it('the YAML in the documents is YAML', () => {
    const pages = readdirSync(`${root}docs`)
      .filter((name) => name.endsWith('.md'))
      .map((name) => readFileSync(`${root}docs/${name}`, 'utf8'));
    const blocks = pages.flatMap((page) =>
      [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!),
    );
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    expect(blocks.flatMap((text) => parseAllDocuments(text).flatMap(({ errors }) => errors))).toEqual([]);
    const job = blocks
      .map((text) => parse(text) as Record<string, unknown>)
      .find(({ kind }) => kind === 'Job');
    expect(job).toMatchObject({ spec: { completionMode: 'Indexed', completions: 12 } });
  });

  it('corpora/README.md gives the bytes, characters and hashes of the texts', () => {
    const readme = readFileSync(`${root}corpora/README.md`, 'utf8');
    const texts = readdirSync(`${root}corpora`).filter((name) => name.endsWith('.txt'));
    expect(texts).toEqual(['hangul.txt', 'hello.txt', 'names.txt', 'tiny.txt']);
    for (const name of texts) {
      const bytes = readFileSync(`${root}corpora/${name}`);
      const text = bytes.toString('utf8');
      const figures = [bytes.length, [...text].length].map((n) => n.toLocaleString('en-US'));
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(readme).toContain(
        `| \`${name}\` | ${figures.join(' | ')} | ${new Set(text).size} | \`${hash}\` |`,
      );
    }
  });

  it('docs/gradients.md defines vanishing and exploding as the program does', () => {
    const page = readFileSync(`${root}docs/gradients.md`, 'utf8');
    for (const [word, definition] of Object.entries(FLOW_DEFINITIONS))
      expect(page).toContain(`   - ${word}: ${definition}`);
  });

  it('every link to a file or a heading leads there', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', ...pagesOf('docs').map((name) => `docs/${name}`)];
    const links = pages.flatMap(linksOf);
    expect(links).toContainEqual({ page: 'docs/start.md', target: 'train.md#while-it-trains' });
    expect(links.filter((link) => !leadsSomewhere(link))).toEqual([]);
    expect(leadsSomewhere({ page: 'docs/start.md', target: 'train.md#while-it-sleeps' })).toBe(false);
    expect(leadsSomewhere({ page: 'docs/start.md', target: 'README.txt' })).toBe(false);
  });

  it('docs/README.md names every page, and each page ends with a link to the one after it', () => {
    const index = readFileSync(`${root}docs/README.md`, 'utf8');
    const order = [...index.matchAll(/^\d+\. \[[^\]]+\]\((.+?)\)/gm)].map(([, page]) => page!);
    expect([...order, 'README.md', 'api.md'].sort()).toEqual(pagesOf('docs'));
    for (const [i, page] of order.entries()) {
      const end = readFileSync(`${root}docs/${page}`, 'utf8').trimEnd().split('\n').at(-1);
      expect(end).toContain(`](${order[i + 1] ?? 'README.md'})`);
    }
  });
});

interface Link {
  page: string;
  target: string;
}

const pagesOf = (folder: string): string[] =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith('.md'))
    .sort();

/** A page without its code, where brackets and # are no links and headings. */
const proseOf = (page: string): string =>
  readFileSync(root + page, 'utf8').replace(/^ *```[\s\S]*?^ *```$/gm, '');

/** Links within the repository. */
const linksOf = (page: string): Link[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => ({ page, target: target! }))
    .filter(({ target }) => !/^https?:/.test(target));

function leadsSomewhere({ page, target }: Link): boolean {
  const [path, anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path!);
  return existsSync(root + file) && (anchor === undefined || anchorsOf(file).includes(anchor));
}

/** Anchors of the headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
