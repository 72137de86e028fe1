/** A document for a browser that needs nothing but itself. */
export interface Page {
  title: string;
  /** the title in each language, of a page that has both */
  titles?: { readonly en: string; readonly ko: string };
  language: 'en' | 'ko';
  /** HTML of <main>, already escaped */
  body: string;
  style?: string;
  script?: string;
}

/** Stands in the first 200 bytes of every page, by which rnn knows its own. */
export const PAGE_MARK = '<meta name="generator" content="rnn">';

/**
 * One self-contained HTML file: the policy forbids every request, so that it works offline and gives nothing away. Colours
 * are variables that follow the reader's light or dark setting; each text colour keeps 4.5:1 on each ground it stands on.
 */
export function htmlPage({ title, titles, language, body, style = '', script = '' }: Page): string {
  return `<!doctype html>
<html lang="${language}"${titles ? ` data-en="${escapeHtml(titles.en)}" data-ko="${escapeHtml(titles.ko)}"` : ''}>
<head>
<meta charset="utf-8">
${PAGE_MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<main>
${body}
</main>${script === '' ? '' : `\n<script type="module">${script.replaceAll('</script', '<\\/script')}</script>`}
</body>
</html>
`;
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

/** Data for a script element: no string in it can end the element. */
export const scriptData = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const STYLE = `
:root { --ground: #fbfbf8; --panel: #ffffff; --ink: #1c1d21; --quiet: #5b5e68; --line: #d8d9d4;
  --accent: #0b57a4; --warm: #a63c06; --band: #0b57a426; --focus: #0b57a4; --bad: #a4161a; --good: #1d6b34; }
@media (prefers-color-scheme: dark) { :root { --ground: #15161a; --panel: #1d1f25; --ink: #ececea; --quiet: #a5a9b4;
  --line: #3a3d46; --accent: #7db8f5; --warm: #f2a56b; --band: #7db8f533; --focus: #a9d1ff; --bad: #ff8f8f; --good: #7fd399; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; }
p { max-width: 46rem; }
a { color: var(--accent); }
code, pre, kbd, .text { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
svg text { fill: var(--ink); font-size: 12px; }
.quiet { color: var(--quiet); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow-x: auto; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; padding: .3rem .8rem; }
`;
