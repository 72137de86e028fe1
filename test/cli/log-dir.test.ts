import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS_HEAD } from '../../src/report/metrics.ts';
import { corpus, rnn, shell, temporaryFolder } from '../support/cli.ts';

const cwd = temporaryFolder();
cpSync(corpus('hello.txt'), join(cwd, 't.txt'));
const QUICK =
  '--hidden 3 --batch-size 2 --seq-length 9 --schedule constant --validation-fraction 0.2 --patience 0 --threads 1';
const inLog = (name: string) => join(cwd, 'logs/t', name);
const rows = () => readFileSync(inLog('metrics.csv'), 'utf8').trim().split('\n').slice(1);
/** Steps with a training loss, and with a measurement; those of a short run may share a row. */
const steps = (column: number) =>
  rows()
    .map((row) => row.split(','))
    .flatMap((cells) => (cells[column] === '' ? [] : [Number(cells[0])]));
const [TRAIN, VALIDATION] = [3, 4];

describe('train --log-dir', () => {
  it('writes an events file and metrics.csv in a folder of the run; a resumed run goes on with them', async () => {
    const first = await shell(
      `$rnn train t.txt ${QUICK} --steps 6 --eval-every 4 --sample-every 5 --log-dir logs --json`,
      cwd,
    );
    expect(first.code).toBe(0);
    expect([steps(TRAIN).at(-1), steps(VALIDATION)]).toEqual([6, [4, 6]]);
    const events = first.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; step: number; validationBpc: number });
    const { validationBpc } = events.find(({ event }) => event === 'evaluate')!;
    const measured = rows().find((row) => row.startsWith('4,') && row.endsWith(',,,,'))!;
    expect(measured.split(',').slice(2)).toEqual(['0', '', String(validationBpc), '', '', '', '']);
    const sample = (events.find(({ event }) => event === 'sample') as unknown as { text: string }).text;
    const [name] = readdirSync(join(cwd, 'logs/t')).filter((file) => file.startsWith('events.out.tfevents.'));
    expect(readFileSync(inLog(name!), 'utf8')).toContain(sample.split('\n')[0]!);

    // as if the run had been killed after steps that no checkpoint holds
    writeFileSync(inLog('metrics.csv'), '7,2026-01-01T00:00:00.000Z,0,1,,1,0,1,1\n8,20', { flag: 'a' });
    const resumed = await shell(`$rnn train t.txt --resume checkpoints/t.json --steps 9 --log-dir logs`, cwd);
    expect(resumed.code).toBe(0);
    expect(`${readFileSync(inLog('metrics.csv'), 'utf8').split('\n')[0]}\n`).toBe(METRICS_HEAD);
    expect([steps(TRAIN).at(-1), steps(VALIDATION)]).toEqual([9, [4, 6, 8, 9]]);
    expect(rows().every((row) => row.split(',').length === 9)).toBe(true);
    expect(readdirSync(join(cwd, 'logs/t'))).toHaveLength(3);
  });

  it('changes no byte of the run', async () => {
    const run = `$rnn train t.txt ${QUICK} --steps 9 --eval-every 4 --sample-every 5`;
    await shell(`${run} --out plain && ${run} --out logged --log-dir logged`, cwd);
    const [plain, logged] = ['plain', 'logged'].map((out) => readFileSync(join(cwd, out, 't.json'), 'utf8'));
    expect(logged!.length).toBeGreaterThan(1000);
    expect(logged === plain).toBe(true);
  });

  it('refuses the log of another run, and what is no directory, before it trains', async () => {
    const run = ['train', 't.txt', ...QUICK.split(' '), '--steps', '3', '--out', 'more', '--log-dir'];
    const lines = async (directory: string) =>
      (await rnn([...run, directory], { cwd })).stderr.split('\n').filter((line) => line.startsWith('error'));
    expect(await lines('logs')).toEqual([
      'error: --log-dir logs: expected a directory without a log of this name, got logs/t of another run; name another, or remove that one',
    ]);
    expect(await lines('t.txt')).toEqual([
      'error: --log-dir t.txt: expected a directory to write the log to, got ENOTDIR: not a directory; name another',
    ]);
    expect(existsSync(join(cwd, 'more/t.json'))).toBe(false);
  });

  it('of a run that diverges, it keeps what led there', async () => {
    const wild =
      '--optimizer sgd --momentum 0.9 --lr 1e38 --clip-norm 0 --steps 90 --eval-every 1 --log-dir wild --out wild';
    const { code } = await shell(`$rnn train t.txt ${QUICK} ${wild}`, cwd);
    expect(code).toBe(1);
    const lines = readFileSync(join(cwd, 'wild/t/metrics.csv'), 'utf8').split('\n');
    expect(lines.some((line) => line.startsWith('1,'))).toBe(true);
  });

  it('a log that can be written no more is one line, and training goes on', async () => {
    const { code, stderr } = await shell(
      `(ulimit -f 32; $rnn train t.txt ${QUICK} --steps 200 --log-dir full --out full --sample-every 1)`,
      cwd,
    );
    const lost = stderr.split('\n').filter((line) => line.includes('log'));
    expect(lost).toEqual([
      'full/t: the log cannot be written (EFBIG: file too large); training goes on without it',
    ]);
    expect([code, statSync(join(cwd, 'full/t.json')).size > 1000]).toEqual([0, true]);
  });
});
