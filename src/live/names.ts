/** Names for runs in addresses: that of the file, in letters that an address shows as they are, each once. */
export function runIds(files: readonly string[]): string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const base = file.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
    const name = base.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'run';
    let id = name;
    for (let n = 2; taken.has(id); n++) id = `${name}-${n}`;
    taken.add(id);
    return id;
  });
}
