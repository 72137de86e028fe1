import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exportedPage, SERVED_POLICY, servedPage } from '../../src/live/document.ts';
import type { Embedded } from '../../src/live/protocol.ts';

const EMBEDDED: Embedded = { language: 'ko', runs: [], models: { 'a/last': '</script><b>' } };
const SOURCES = { script: 'const end = "</script>";', style: 'p { color: red }' };
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the document of the live page', () => {
  it('as it is served: nothing inline that runs, nothing from elsewhere', () => {
    const html = servedPage(EMBEDDED);
    expect(html).toMatch(/^<!doctype html>\n<html lang="ko">\n/);
    expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<script type="application/json" id="embedded">',
      '<script type="module" src="live.js">',
    ]);
    expect(html).toContain('<link rel="stylesheet" href="live.css">');
    expect(html).not.toMatch(/<style|\son\w+=|https?:/);
    expect(SERVED_POLICY).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
  });

  it('as one file: a policy that knows script and style by their hashes and forbids every request', () => {
    const html = exportedPage(EMBEDDED, SOURCES);
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    const [, script] = /<script type="module">(.*?)<\/script>/s.exec(html)!;
    expect(script).toBe('const end = "<\\/script>";');
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(script!)} 'wasm-unsafe-eval'; style-src ${hash(SOURCES.style)}; img-src data:; form-action 'none'; base-uri 'none'`,
    );
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  });

  it('no text in the data ends their element', () => {
    for (const html of [servedPage(EMBEDDED), exportedPage(EMBEDDED, SOURCES)]) {
      const [, data] = /id="embedded">(.*?)<\/script>/s.exec(html)!;
      expect(JSON.parse(data!)).toEqual(EMBEDDED);
    }
  });
});
