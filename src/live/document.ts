import { createHash } from 'node:crypto';
import { PAGE_MARK, scriptData } from '../report/page/document.ts';
import type { Embedded } from './protocol.ts';

/** The bundle of the page. */
export interface PageSources {
  script: string;
  style: string;
}

/** Where the server has the bundle; addresses beside that of the page. */
export const [SCRIPT_NAME, STYLE_NAME] = ['live.js', 'live.css'];

/** What the page may do: run its own script and WebAssembly, and ask its own server. */
export const SERVED_POLICY = policy({
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' data:",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
});

/** The page as a server sends it, whose script and style are files of their own. */
export const servedPage = (embedded: Embedded): string =>
  page(
    embedded,
    `<link rel="stylesheet" href="${STYLE_NAME}">`,
    `<script type="module" src="${SCRIPT_NAME}"></script>`,
  );

/** The page as one file, whose policy knows its script and style by their hashes and forbids every request. */
export function exportedPage(embedded: Embedded, { script, style }: PageSources): string {
  const code = script.replaceAll('</script', '<\\/script');
  const allowed = policy({
    'script-src': `${hashOf(code)} 'wasm-unsafe-eval'`,
    'style-src': hashOf(style),
    'img-src': 'data:',
    'form-action': "'none'",
  });
  return page(
    embedded,
    `<meta http-equiv="Content-Security-Policy" content="${allowed}">\n<style>${style}</style>`,
    `<script type="module">${code}</script>`,
  );
}

function policy(sources: Record<string, string>): string {
  const all = { 'default-src': "'none'", ...sources, 'base-uri': "'none'" };
  return Object.entries(all)
    .map(([directive, allowed]) => `${directive} ${allowed}`)
    .join('; ');
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The script finds its data in #embedded and fills #app. */
function page(embedded: Embedded, head: string, script: string): string {
  return `<!doctype html>
<html lang="${embedded.language}">
<head>
<meta charset="utf-8">
${PAGE_MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>rnn</title>
${head}
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="embedded">${scriptData(embedded)}</script>
${script}
</body>
</html>
`;
}
