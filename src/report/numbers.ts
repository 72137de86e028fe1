/** 1234567 → 1,234,567 */
export const grouped = (n: number): string => Math.round(n).toLocaleString('en-US');

/** 1, stream → 1 stream; 1234, step → 1,234 steps */
export const count = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;

/** 1,310,720 bytes → 1.3 MB */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(n, 1)) / 3)));
  return power === 0 ? `${n} B` : `${(n / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** Decimals; a large loss, as of a run that diverges, as a power of ten. */
export const decimals = (value: number, places: number): string =>
  value < 1e5 ? value.toFixed(places) : value.toExponential(1);

export const bpc = (value: number | null): string => (value === null ? '-' : decimals(value, 3));

export const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** One digit more than `percent`. */
export const percentage = (share: number | undefined): string =>
  share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;

/** The middle of a sorted list, the first of two. */
export const middle = <T>(sorted: readonly T[]): T | undefined => sorted[(sorted.length - 1) >> 1];

/** 12345 → 12.3k */
export function short(n: number): string {
  if (!Number.isFinite(n)) return '-';
  if (n >= 1e6) return `${(n / 1e6).toFixed(2)}M`;
  return n >= 1e4 ? `${(n / 1e3).toFixed(1)}k` : String(Math.round(n));
}

/** 75 seconds → 1:15, 3675 → 1:01:15 */
export function clock(seconds: number): string {
  const all = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(all % 60)}`;
}

/** Three significant digits for people: 0.000123456 → 1.23e-4; what is not there is a dash. */
export function digits(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value < 0) return `−${digits(-value)}`;
  if (value === Infinity) return '∞';
  if (value !== 0 && (value < 1e-3 || value >= 1e5)) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
