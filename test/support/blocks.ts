import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './cli.ts';

/** A block of code of a page, fenced or indented. */
export interface Block {
  page: string;
  /** of a fenced block; empty of an indented one */
  language: string;
  text: string;
}

export const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (page) => page.endsWith('.md'),
);

const BLOCKS = /^```(\w*)\n(.*?)^```$|((?:^ {4}\S[^\n]*\n(?:\n(?= {4}\S))?)+)/gms;

export const blocksOf = (page: string): Block[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(BLOCKS)].map(([, language, fenced, indented]) => ({
    page,
    language: language ?? '',
    text: fenced ?? indented!.replace(/^ {4}/gm, ''),
  }));

/** By which a list names it. */
export const nameOf = ({ page, text }: Block): string => `${page}: ${text.split('\n')[0]}`;
