import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { corpus, jsonLines, rnn, temporaryFolder } from '../support/cli.ts';
import { hasRedis, type Redis, startRedis } from '../support/redis.ts';
import { type SweepProcess, startProcess } from '../support/sweep-process.ts';

const cwd = temporaryFolder();
const TEXT = readFileSync(corpus('tiny.txt'), 'utf8').slice(0, 3000);
writeFileSync(join(cwd, 'text.txt'), TEXT);

function file(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

const SMALL = 'corpus: text.txt\nbatchSize: 3\nseqLength: 7\nevalEvery: 20\npatience: 0\n';
/** Twelve trials. */
const GRID = file(
  'grid.yaml',
  `${SMALL}steps: 100\nseeds: [1, 2]\nhidden: [3, 5, 6]\nlearningRate: [0.003, 0.03]\n`,
);
/** The first two of them, by themselves. */
const PAIR = `${SMALL}steps: 100\nseeds: [1, 2]\nhidden: [3]\nlearningRate: [0.003]\n`;
/** One that is ended before its trials are. */
const LONG = `${SMALL}steps: 300000\nhidden: [4, 5]\n`;

const running = new Set<ChildProcess>();

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): SweepProcess {
  const started = startProcess(cwd, args, env);
  running.add(started.child);
  started.child.on('close', () => running.delete(started.child));
  return started;
}

const nameOf = ({ output }: SweepProcess): string => /^(\S+) works for/m.exec(output.stderr)![1]!;

const read = (directory: string, name: string): string => readFileSync(join(cwd, directory, name), 'utf8');

/** Files of a trial and their contents. */
const trialFiles = (directory: string, trial: number) => {
  const folder = join(cwd, directory, String(trial).padStart(3, '0'));
  return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
};

describe.skipIf(!hasRedis)('a sweep over a queue', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    const local = await rnn(['sweep', GRID, '--out', 'local'], { cwd });
    expect(local.code, local.stderr).toBe(0);
  }, 600_000);

  // what a failed test has left would work on the next one
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  afterAll(() => redis?.kill());

  const worker = (...args: string[]) =>
    start(['worker', redis.address, '--threads', '1', '--jobs', '1', ...args]);
  const sweep = (name: string, ...args: string[]) =>
    start(['sweep', name, '--queue', redis.address, '--json', ...args]);
  const expectAsLocal = (directory: string, trials: number) => {
    for (let trial = 1; trial <= trials; trial++)
      expect(trialFiles(directory, trial)).toEqual(trialFiles('local', trial));
  };

  it('twelve trials at two workers, one of them killed: all finish, with the bytes of a local sweep', async () => {
    const [first, second] = [worker(), worker()];
    await Promise.all([first.seen(/at once/), second.seen(/at once/)]);
    const run = sweep(GRID, '--out', 'remote');
    await first.seen(/trial \d+ finished[\s\S]*trial \d+ starts/);
    const [, lost] = /.*trial (\d+) starts/s.exec(first.output.stderr)!;
    const folder = join('remote', lost!.padStart(3, '0'));
    await vi.waitFor(() => expect(read(folder, '.text.json.lock')).toContain('"pid"'), 120_000);
    const { pid } = JSON.parse(read(folder, '.text.json.lock')) as { pid: number };
    first.child.kill('SIGKILL');
    // its child saves and ends by itself
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 120_000);
    const { code, stdout, stderr } = await run.result;
    expect(code, stderr).toBe(0);
    for (const name of ['results.csv', 'results.jsonl'])
      expect(read('remote', name)).toBe(read('local', name));
    expectAsLocal('remote', 12);
    expect(stderr).toContain(
      `trial ${lost} is lost to ${nameOf(first)}; the next free worker goes on with it\n`,
    );
    expect(stderr).toContain('12 trials (6 configurations, 2 seeds each), for the workers of redis://');
    expect(stderr).toContain(`${nameOf(first)} joins\n`);
    expect(stderr).toContain(`${nameOf(second)} joins\n`);
    const events = jsonLines(stdout);
    const takers = events.filter(({ event, trial }) => event === 'trial-start' && trial === Number(lost));
    expect(takers.map((event) => event.worker)).toEqual([nameOf(first), nameOf(second)]);
    expect(events.at(-1)).toMatchObject({ event: 'done', finished: 12, failed: 0 });
    second.child.kill('SIGINT');
    expect((await second.result).code).toBe(130);
  }, 600_000);

  it('Ctrl-C at a worker hands its trial back at once; the next one goes on with it', async () => {
    const run = sweep(file('handed.yaml', PAIR));
    const first = worker();
    await run.seen(/"event":"evaluate"/);
    first.child.kill('SIGINT');
    const left = await first.result;
    expect(left.code).toBe(130);
    expect(left.stderr).toContain('the trials that run save and end; other workers go on with them …\n');
    expect(left.stderr).toContain('handed: trial 1 is handed back\n');
    const second = worker();
    await second.seen(/handed: trial 1 goes on {2}\(hidden 3, learningRate 0\.003, seed 1\)\n/);
    const { code, stderr } = await run.result;
    expect(code, stderr).toBe(0);
    expectAsLocal('checkpoints/handed.sweep', 2);
    second.child.kill('SIGTERM');
    expect((await second.result).code).toBe(143);
  }, 300_000);

  it.each([
    ['SIGKILL', null],
    ['SIGHUP', 129],
  ] as const)(
    'after %s a sweep leaves its queue to the workers; begun again it finds what they did',
    async (signal, exitCode) => {
      const title = `left-${signal}`;
      const name = file(`${title}.yaml`, PAIR);
      const run = sweep(name);
      const own = worker();
      await run.seen(/"event":"evaluate"/);
      run.child.kill(signal);
      expect((await run.result).code).toBe(exitCode);
      await own.seen(/trial 2 finished/);
      const { code, stderr } = await sweep(name).result;
      expect(code, stderr).toBe(0);
      expectAsLocal(`checkpoints/${title}.sweep`, 2);
      own.child.kill('SIGINT');
      await own.result;
    },
    120_000,
  );

  it('Ctrl-C at the sweep takes its trials back and leaves nothing at the server', async () => {
    const name = file('long.yaml', LONG);
    const run = sweep(name);
    const own = worker();
    await run.seen(/^\S+ joins\n/m);
    await run.seen(/"event":"evaluate"/);
    const other = worker();
    await run.seen(/joins\n[\s\S]*joins\n/);
    other.child.kill('SIGINT');
    await other.result;
    await run.seen(new RegExp(`^${nameOf(other)} leaves\n`, 'm'));
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.result;
    expect(code).toBe(130);
    expect(stderr).toContain(`go on with: rnn sweep long.yaml --queue ${redis.address}\n`);
    const { finished, unfinished, waiting } = jsonLines(stdout).at(-1)!;
    expect([finished, Number(unfinished) + Number(waiting)]).toEqual([0, 2]);
    await own.seen(/long: over/);
    own.child.kill('SIGINT');
    await own.result;
    const { Redis: Client } = await import('ioredis');
    const client = new Client(redis.port);
    // a worker's look for lost trials leaves a key that expires, and may put back settings of the queue
    const left = async () => (await client.keys('*')).filter((key) => !key.endsWith(':meta'));
    await vi.waitFor(async () => expect(await left()).toEqual([]), 60_000);
    client.disconnect();
  }, 300_000);

  it('stops the worst at the rungs and revives one that is not so bad', async () => {
    const rungs = file(
      'rungs.yaml',
      `${SMALL}steps: 40000\nhidden: 5\nlearningRate: [0.03, 0.003, 0.001, 0.0001]\nrungs: {first: 300, reduction: 2}\n`,
    );
    const own = worker();
    const { code, stderr } = await sweep(rungs).result;
    expect(code, stderr).toBe(0);
    const rows = read('checkpoints/rungs.sweep', 'results.csv').trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => row.split(',').slice(2, 6).join())).toEqual([
      '0.03,1,finished,40000',
      '0.003,1,stopped,600',
      '0.001,1,stopped,300',
      '0.0001,1,stopped,300',
    ]);
    own.child.kill('SIGINT');
    await own.result;
  }, 300_000);

  it('a trial that passed a rung while nobody waited is stopped by who begins again', async () => {
    const name = file(
      'passed.yaml',
      `${SMALL}steps: 300000\nsaveEvery: 100\nhidden: 5\nlearningRate: [0.03, 0.0001]\nrungs: {first: 300, reduction: 2}\n`,
    );
    const own = worker('--jobs', '2');
    const run = sweep(name);
    await run.seen(/"event":"trial-start".*\n[\s\S]*"event":"trial-start"/);
    run.child.kill('SIGKILL');
    await run.result;
    for (const trial of ['001', '002']) {
      const step = () =>
        JSON.parse(read(`checkpoints/passed.sweep/${trial}`, 'text.json')).state.step as number;
      await vi.waitFor(() => expect(step()).toBeGreaterThanOrEqual(300), 120_000);
    }
    const again = sweep(name);
    await own.seen(/passed: trial 2 stopped\n/);
    again.child.kill('SIGINT');
    const { code, stdout } = await again.result;
    expect(code).toBe(130);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ stopped: 1, unfinished: 1 });
    own.child.kill('SIGINT');
    await own.result;
  }, 300_000);

  it('a worker with another text, or another directory, leaves the sweep alone and says why', async () => {
    const run = sweep(file('other.yaml', LONG));
    await vi.waitFor(
      () => expect(existsSync(join(cwd, 'checkpoints/other.sweep/.queue'))).toBe(true),
      60_000,
    );
    await run.seen(new RegExp(`^no worker is here yet; start one with: rnn worker ${redis.address}\\n`, 'm'));
    const [copy, empty] = [temporaryFolder(), temporaryFolder()];
    cpSync(cwd, copy, { recursive: true });
    writeFileSync(join(copy, 'text.txt'), `${TEXT}!`);
    mkdirSync(join(empty, 'checkpoints/other.sweep'), { recursive: true });
    const [changed, elsewhere] = [worker('--dir', copy), worker('--dir', empty)];
    const reasons = [
      /text\.txt is another file on this machine \(sha256 [0-9a-f]{12}…, expected [0-9a-f]{12}…\)\n/,
      /checkpoints\/other\.sweep is not its directory on this machine; share it, or say where it begins with --dir\n/,
    ];
    for (const [i, one] of [changed, elsewhere].entries()) {
      await one.seen(new RegExp(`other: left alone, .*${reasons[i]!.source}`));
      await run.seen(new RegExp(`does not work on this sweep: .*${reasons[i]!.source}`));
    }
    for (const one of [run, changed, elsewhere]) one.child.kill('SIGINT');
    expect(jsonLines((await run.result).stdout).at(-1)).toMatchObject({ waiting: 2 });
    await Promise.all([changed.result, elsewhere.result]);
  }, 300_000);

  it('a server that loses all and comes back: nothing is lost', async () => {
    const forgetful = await startRedis();
    const own = start(['worker', forgetful.address, '--jobs', '1', '--threads', '1']);
    const run = start(['sweep', file('again.yaml', PAIR), '--queue', forgetful.address, '--json']);
    await run.seen(/"event":"evaluate"/);
    await forgetful.kill();
    await run.seen(/is gone/);
    const back = await startRedis([], forgetful.port);
    const { code, stderr } = await run.result;
    expect(code, stderr).toBe(0);
    expectAsLocal('checkpoints/again.sweep', 2);
    for (const { output } of [own, run]) {
      expect(output.stderr).toContain(
        `note: ${forgetful.address} is gone; what runs goes on, and it is tried again every second\n`,
      );
      expect(output.stderr).toContain(`note: ${forgetful.address} is back\n`);
    }
    own.child.kill('SIGINT');
    await own.result;
    await back.kill();
  }, 300_000);

  it('a trial whose process is killed is tried again, from its checkpoint', async () => {
    const own = worker();
    const run = sweep(file('tried.yaml', PAIR));
    await run.seen(/"event":"evaluate"/);
    const { pid } = JSON.parse(read('checkpoints/tried.sweep/001', '.text.json.lock')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const { code, stderr } = await run.result;
    expect(code, stderr).toBe(0);
    expectAsLocal('checkpoints/tried.sweep', 2);
    own.child.kill('SIGINT');
    expect((await own.result).stderr).toMatch(
      /tried: trial 1 starts .*\n(.*\n)?tried: trial 1 failed: ended by SIGKILL\n[\s\S]*tried: trial 1 (starts|goes on) .*\n[\s\S]*tried: trial 1 finished\n/,
    );
  }, 300_000);

  it('a worker that hangs loses its trial; who takes it waits until nobody writes it', async () => {
    const first = worker();
    const run = sweep(file('hung.yaml', LONG));
    await run.seen(/"event":"evaluate"/);
    const second = worker('--jobs', '2');
    first.child.kill('SIGSTOP');
    // its process, which still runs, holds the run
    await second.seen(/hung: trial 1 waits: \S+text\.json is being written by process \d+ on \S+\n/);
    expect(second.output.stderr).not.toContain('trial 1 goes on');
    first.child.kill('SIGKILL');
    await second.seen(/hung: trial 1 goes on/);
    for (const { child } of [run, second]) child.kill('SIGINT');
    await Promise.all([run.result, second.result]);
    const files = readdirSync(join(cwd, 'checkpoints/hung.sweep/001'));
    expect(files.sort()).toEqual(['text.best.json', 'text.json']);
  }, 300_000);

  it('a trial that fails is noted as it would be here, without another try', async () => {
    const bad = file(
      'bad.yaml',
      `${SMALL}steps: 30\nhidden: 3\nlayers: 3\nnonlinearity: relu\noptimizer: sgd\nlearningRate: [0.01, 1e+15]\n`,
    );
    const own = worker();
    const { code, stderr } = await sweep(bad).result;
    expect(code, stderr).toBe(0);
    own.child.kill('SIGINT');
    expect((await own.result).stderr.match(/bad: trial 2 failed: .*diverged/g)).toHaveLength(1);
    const here = await rnn(['sweep', bad, '--out', 'bad'], { cwd });
    expect(here.code).toBe(0);
    const byName = (text: string) => text.replaceAll('checkpoints/bad.sweep/', 'bad/');
    expect(byName(read('checkpoints/bad.sweep', 'results.jsonl'))).toBe(read('bad', 'results.jsonl'));
  }, 300_000);
});

describe.skipIf(!hasRedis)('a Redis server', () => {
  const servers: Redis[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.kill())));

  const server = async (...args: string[]): Promise<Redis> => {
    const redis = await startRedis(args);
    servers.push(redis);
    return redis;
  };

  it('takes a name and a password from the environment alone', async () => {
    const { address } = await server('--requirepass', 'sesame');
    const tries = [
      {},
      { RNN_REDIS_PASSWORD: 'wrong' },
      { RNN_REDIS_USERNAME: 'no', RNN_REDIS_PASSWORD: 'sesame' },
    ];
    const results = await Promise.all(tries.map((env) => rnn(['worker', address], { env })));
    const advice = 'a name and a password are taken from RNN_REDIS_USERNAME and RNN_REDIS_PASSWORD';
    const wrong = 'WRONGPASS invalid username-password pair or user is disabled';
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
      [1, `error: ${address}: no Redis to work with (NOAUTH it asks for a password); ${advice}\n`],
      [1, `error: ${address}: no Redis to work with (${wrong}); ${advice}\n`],
      [1, `error: ${address}: no Redis to work with (${wrong}); ${advice}\n`],
    ]);
    const good = start(['worker', address], { RNN_REDIS_PASSWORD: 'sesame' });
    await good.seen(/works for/);
    good.child.kill('SIGINT');
    expect((await good.result).code).toBe(130);
  }, 120_000);

  it('that may drop a queue is named', async () => {
    const { address } = await server('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const own = start(['worker', address]);
    await own.seen(/works for/);
    own.child.kill('SIGINT');
    expect((await own.result).stderr).toContain(
      `note: ${address} drops what it holds when its memory is full (maxmemory-policy allkeys-lru), a queue too; set maxmemory-policy noeviction\n`,
    );
  }, 120_000);
});

describe('the address of a queue', () => {
  const EXPECTED = 'error: the address of a queue: expected redis://host:6379';
  it.each([
    [
      'redis://me:sesame@host:6379',
      `${EXPECTED} alone, got one with a name or a password, which every user of this machine could read; put them into RNN_REDIS_USERNAME and RNN_REDIS_PASSWORD\n`,
    ],
    ['http://host', `${EXPECTED}, or rediss:// for TLS, got http://host\n`],
    ['host', `${EXPECTED}, or rediss:// for TLS, got host\n`],
    ['redis://host/x', `${EXPECTED}, or rediss:// for TLS, got redis://host/x\n`],
    [
      'redis://127.0.0.1:1',
      'error: redis://127.0.0.1:1: no Redis to work with (connect ECONNREFUSED 127.0.0.1:1); is redis-server running there, and may this machine reach it?\n',
    ],
  ])('%s is refused', async (address, message) => {
    const [own, sweep] = await Promise.all([
      rnn(['worker', address]),
      rnn(['sweep', file('refused.yaml', PAIR), '--queue', address], { cwd }),
    ]);
    expect([own.code, sweep.code]).toEqual([1, 1]);
    expect(own.stderr).toBe(message);
    expect(sweep.stderr).toBe(message);
    expect(existsSync(join(cwd, 'checkpoints/refused.sweep'))).toBe(false);
  });

  it('takes no --jobs or --threads, which each worker has', async () => {
    const { code, stderr } = await rnn(['sweep', 'grid.yaml', '--queue', 'redis://host', '--jobs', '2'], {
      cwd,
    });
    expect(code).toBe(1);
    expect(stderr).toBe('error: --jobs: with --queue each worker has its own; drop it\n');
  });

  it('where the packages for it are missing they are named, and the folder to install them in', async () => {
    const hide = file(
      'hide.mjs',
      `import { register } from 'node:module';
      register('data:text/javascript,' + encodeURIComponent(\`export function resolve(name, context, next) {
        if (name === 'bullmq') throw Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(name, context);
      }\`));`,
    );
    const { code, stderr } = await rnn(['worker', 'redis://127.0.0.1:1'], {
      env: { NODE_OPTIONS: `--import ${join(cwd, hide)}` },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: a queue needs two packages that do not come with rnn: npm install bullmq ioredis, in \/\S+ \(npm install --global bullmq ioredis where rnn is installed so\)\n$/,
    );
  });
});
