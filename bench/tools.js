import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export const python = process.env.PYTHON ?? 'python3';

/** What a script prints first, a number, and the rest of that line; undefined when it fails. */
export function measure(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: import.meta.dirname });
  if (status !== 0) {
    const reason = stderr?.trim().split('\n').at(-1) ?? 'not there';
    process.stderr.write(`without ${command} ${args.join(' ')}: ${reason}\n`);
  }
  const [value, ...name] = (stdout ?? '').trim().split('\n').at(-1).split(' ');
  return status === 0 && Number(value) > 0 ? { value: Number(value), name: name.join(' ') } : undefined;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export const grouped = (x) => Math.round(x).toLocaleString('en-US');

export function machine() {
  const { model } = cpus()[0];
  return `${model}, ${cpus().length} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}`;
}

export function markdown(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Adds a dated section to the diary. */
export function record(title, text) {
  const file = new URL('RESULTS.md', import.meta.url);
  if (!existsSync(file)) writeFileSync(file, '# Measurements\n');
  appendFileSync(
    file,
    `\n## ${new Date().toISOString().slice(0, 10)}: ${title}\n\n${machine()}\n\n${text}\n`,
  );
}
