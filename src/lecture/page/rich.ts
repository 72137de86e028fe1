import { escapeHtml } from '../../report/page/document.ts';
import { replaceSubscripts } from '../symbols.ts';

/** Escaped, with real subscripts. */
export const rich = (text: string): string =>
  replaceSubscripts(escapeHtml(text), (index) => `<sub>${number(index)}</sub>`);

/** With a real minus. */
export const number = (text: string): string => text.replace('-', '−');
