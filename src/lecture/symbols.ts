/** What a terminal without Unicode shows instead. */
const ASCII: Record<string, string> = {
  '·': '*',
  '∘': '(.)',
  '−': '-',
  '×': 'x',
  '→': '->',
  '←': '<-',
  '±': '+-',
  '≈': '~',
  '≠': '!=',
  '…': '...',
  '‖': '||',
  '∂': 'd',
  Σ: 'sum',
  α: 'alpha',
  σ: 'sigma',
  Π: 'prod',
  '′': "'",
  ᵀ: '^T',
  ᴺ: '^N',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '⏎': '\\n',
  '⇥': '\\t',
  '␣': '_',
  ᵢ: '_i',
  ⱼ: '_j',
};
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉ₜₙ₊₋';
const PLAIN = '0123456789tn+-';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻';
const POWER = new RegExp(`[${SUPERSCRIPTS}]+`, 'gu');
const SYMBOLS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'gu');

/** hₜ₋₁ → h_{t-1}, Whhᵀ → Whh^T; letters of any script stay. */
export function toAscii(text: string): string {
  const runs = replaceSubscripts(text, (plain) => (plain.length > 1 ? `_{${plain}}` : `_${plain}`));
  const powers = runs.replace(POWER, (run) => `^${translate(run, SUPERSCRIPTS, '0123456789-')}`);
  return powers.replace(SYMBOLS, (symbol) => ASCII[symbol]!);
}

const RUN = new RegExp(`[${SUBSCRIPTS}]+`, 'gu');

const translate = (run: string, from: string, to: string): string =>
  Array.from(run, (character) => to[from.indexOf(character)]).join('');

/** Text with each run of subscripts as `write` has it. */
export const replaceSubscripts = (text: string, write: (plain: string) => string): string =>
  text.replace(RUN, (run) => write(translate(run, SUBSCRIPTS, PLAIN)));

/** Every string of a value, however deep, changed alike. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)])) as T;
}
