import type { Snapshot } from './protocol.ts';

/** How a snapshot is named beside its run in addresses, `ID/STEP`. */
export const stepNameOf = ({ kind, step }: Snapshot): number | 'best' | 'last' =>
  kind === 'kept' ? step : kind;

/**
 * A name for a run in addresses: that of its file, in letters that an address shows as they are.
 * @param taken names of other runs
 */
export function newId(file: string, taken: ReadonlySet<string> = new Set()): string {
  const base = file.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
  const name = base.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'run';
  let id = name;
  for (let n = 2; taken.has(id); n++) id = `${name}-${n}`;
  return id;
}
