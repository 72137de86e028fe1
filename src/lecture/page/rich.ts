import { escapeHtml } from '../../report/page/document.ts';
import { replaceSubscripts } from '../symbols.ts';

/** Escaped, with real subscripts; no flag is broken at its hyphens. */
export const rich = (text: string): string =>
  replaceSubscripts(escapeHtml(text), (index) => `<sub>${number(index)}</sub>`).replace(
    /--[a-z][a-z-]*/g,
    '<span class="flag">$&</span>',
  );

/** With a real minus. */
export const number = (text: string): string => text.replace('-', '−');
