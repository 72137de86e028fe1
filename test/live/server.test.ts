import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RnnError } from '../../src/errors.ts';
import { SERVED_POLICY } from '../../src/live/document.ts';
import { Feed } from '../../src/live/feed.ts';
import { CONTROLS, type Control, type LiveEvent } from '../../src/live/protocol.ts';
import { LiveServer } from '../../src/live/server.ts';

const file = join(mkdtempSync(join(tmpdir(), 'rnn-live-')), 'a.json');
writeFileSync(file, '{"a":1}');
const pending: LiveEvent[] = [];
const feed = new Feed({ records: () => [], take: () => pending.splice(0) });
const asked: Control[] = [];
const site = {
  page: '<p>page',
  script: 'script',
  style: 'style',
  feed,
  model: (key: string) => (key === 'a/10' ? file : key === 'a/gone' ? `${file}.gone` : undefined),
  control: async (name: Control) => {
    asked.push(name);
    if (name === 'save') throw new RnnError('checkpoint', 'the disk is full');
    return 41;
  },
};

let server: LiveServer;
let home: string;
let host: string;
let port: number;
beforeAll(async () => {
  server = await LiveServer.start(site);
  ({ pathname: home, host } = new URL(server.url));
  port = Number(new URL(server.url).port);
});
afterAll(() => server.close());

/** Sends bytes as they are; the answer until the connection ends. */
async function sent(request: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  // a server that has refused may end the connection before all is sent
  socket.on('error', () => {});
  socket.write(request);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  await once(socket, 'close');
  return answer;
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

interface Asked {
  method?: string;
  path?: string;
  /** null leaves one out that is there by default */
  headers?: Record<string, string | string[] | null>;
  body?: string;
  version?: string;
}

function requestOf({ method = 'GET', path = home, headers = {}, body = '', version = '1.1' }: Asked): string {
  const all = { host, connection: 'close', ...headers };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    values === null ? [] : [values].flat().map((value) => `${name}: ${value}`),
  );
  return `${method} ${path} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const answerTo = (request: Asked): Promise<string> => sent(requestOf(request));
const post = (path: string, headers: Asked['headers'] = {}, body = '{}'): Asked => ({
  method: 'POST',
  path: home + path,
  headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers },
  body,
});
/** The same with {token} and {host} in place of what is not known before the server runs. */
const filled = (request: Asked): Asked =>
  JSON.parse(
    JSON.stringify(request)
      .replaceAll('{home}', home)
      .replaceAll('{token}', home.slice(1, -1))
      .replaceAll('{host}', host),
  ) as Asked;
const filledPost = (path: string, headers?: Asked['headers'], body?: string): Asked => {
  const request = post(path, headers, body);
  return { ...request, path: `{home}${path}` };
};

const TOKENS = {
  none: '/',
  'none, two slashes': '//',
  'another one': `/${'x'.repeat(22)}/`,
  'one character shorter': '/{token}',
  'with one character more': '/{token}x/',
  'in capitals': '/{token}/'.toUpperCase(),
  'encoded percent by percent': '/%7Btoken%7D/',
  'behind a slash more': '/{home}',
  'behind another folder': '/a{home}',
  'behind a step up': '/a/..{home}',
  'as a query': '/?{token}',
  'with a null byte': '/{token}%00/',
};

describe('the server of the live page', () => {
  beforeAll(() => {
    asked.length = 0;
  });

  it('says its address: this machine, any port, 128 random bits, and that is where it listens', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
    const other = await LiveServer.start(site);
    expect(new URL(other.url).pathname).not.toBe(home);
    await other.close();
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    for (const address of ['127.0.0.2', outside?.address ?? '127.0.0.3']) {
      const socket = connect(port, address);
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
  });

  it('serves the page, its files, the runs and models', async () => {
    const bodyOf = async (path: string) => {
      const answer = await answerTo({ path: home + path });
      return [statusOf(answer), /content-type: (.*)\r/i.exec(answer)?.[1], answer.split('\r\n\r\n')[1]];
    };
    expect(await bodyOf('')).toEqual([200, 'text/html; charset=utf-8', '<p>page']);
    expect(await bodyOf('live.js')).toEqual([200, 'text/javascript; charset=utf-8', 'script']);
    expect(await bodyOf('live.css')).toEqual([200, 'text/css; charset=utf-8', 'style']);
    expect(await bodyOf('runs')).toEqual([200, 'application/json', '[]']);
    expect(await bodyOf('model/a/10')).toEqual([200, 'application/json', '{"a":1}']);
  });

  it('every answer, a refusal too, says what a browser may do with it', async () => {
    for (const path of [home, `${home}runs`, `${home}model/a/10`, '/']) {
      const answer = (await answerTo({ path })).toLowerCase();
      for (const header of [
        `content-security-policy: ${SERVED_POLICY}`,
        'x-content-type-options: nosniff',
        'referrer-policy: no-referrer',
        'cross-origin-opener-policy: same-origin',
        'cross-origin-embedder-policy: require-corp',
        'cross-origin-resource-policy: same-origin',
        'cache-control: no-store',
      ])
        expect(answer).toContain(`\r\n${header}\r\n`);
      expect(answer).not.toContain('access-control');
    }
  });

  it.each<[string, number, Asked]>([
    ['a typed address', 200, { headers: { 'sec-fetch-site': 'none' } }],
    ['its own page', 200, { headers: { 'sec-fetch-site': 'same-origin', origin: 'http://{host}' } }],
    ['another port of ssh -L', 200, { headers: { host: 'localhost:9999' } }],
    ['the address of IPv6', 200, { headers: { host: '[::1]:80' } }],
    ['a name without a port', 200, { headers: { host: 'LOCALHOST' } }],
    ['the head of the page', 200, { method: 'HEAD' }],
    [
      'a request to change the protocol, answered in this one',
      200,
      { headers: { connection: 'upgrade, close', upgrade: 'websocket' } },
    ],
    ['rebinding: a name of the attacker', 421, { headers: { host: 'evil.example:80' } }],
    [
      'rebinding, Origin like Host',
      421,
      { headers: { host: 'evil.example', origin: 'http://evil.example' } },
    ],
    ['rebinding: a name that begins well', 421, { headers: { host: 'localhost.evil.example' } }],
    ['rebinding: a name that ends well', 421, { headers: { host: 'evil-localhost' } }],
    ['rebinding: an address of all machines', 421, { headers: { host: '0.0.0.0' } }],
    ['rebinding: the address as a number', 421, { headers: { host: '2130706433' } }],
    ['rebinding: the address with a name before it', 421, { headers: { host: 'evil@127.0.0.1' } }],
    ['rebinding: a point at the end', 421, { headers: { host: 'localhost.' } }],
    ['a port that is none', 421, { headers: { host: '127.0.0.1:80a' } }],
    ['an empty Host', 421, { headers: { host: '' } }],
    ['two Hosts', 421, { headers: { host: ['{host}', '{host}'] } }],
    ['two Hosts, the second of the attacker', 421, { headers: { host: ['{host}', 'evil.example'] } }],
    ['no Host', 400, { headers: { host: null } }],
    ['no Host in HTTP/1.0, which may lack it', 421, { version: '1.0', headers: { host: null } }],
    ['another origin', 403, { headers: { origin: 'http://evil.example' } }],
    ['the origin of a file or of a sandbox', 403, { headers: { origin: 'null' } }],
    ['an origin over TLS', 403, { headers: { origin: 'https://{host}' } }],
    ['another port of this machine', 403, { headers: { origin: 'http://127.0.0.1:1' } }],
    ['another name of this machine', 403, { headers: { origin: 'http://localhost' } }],
    ['two Origins', 400, { headers: { origin: ['http://{host}', 'http://{host}'] } }],
    ['a page of another site', 403, { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a page of another port', 403, { headers: { 'sec-fetch-site': 'same-site' } }],
    ['two places of a fetch', 400, { headers: { 'sec-fetch-site': ['none', 'none'] } }],
    ...Object.entries(TOKENS).map(([what, path]): [string, number, Asked] => [
      `token: ${what}`,
      404,
      { path },
    ]),
    ['path: unknown', 404, { path: '{home}nothing' }],
    ['path: a file of the disk', 404, { path: '{home}/etc/passwd' }],
    ['path: steps up', 404, { path: '{home}../../etc/passwd' }],
    ['path: encoded steps up', 404, { path: '{home}%2e%2e/%2e%2e/etc/passwd' }],
    ['path: back to the page', 404, { path: '{home}model/../' }],
    ['path: two slashes', 404, { path: '{home}/' }],
    ['path: a backslash', 404, { path: '{home}..\\runs' }],
    ['path: an address with a scheme', 404, { path: 'http://{host}{home}' }],
    ['path: an address of another machine', 404, { path: 'http://evil.example{home}' }],
    ['path: an encoded name', 404, { path: '{home}%72uns' }],
    ['path: other capitals', 404, { path: '{home}RUNS' }],
    ['path: names that all objects have', 404, { path: '{home}__proto__' }],
    ['model: unknown', 404, { path: '{home}model/a/11' }],
    ['model: steps up', 404, { path: '{home}model/../../a.json' }],
    ['model: encoded steps up', 404, { path: '{home}model/a/%2e%2e/10' }],
    ['model: a file that is gone', 404, { path: '{home}model/a/gone' }],
    ['model: names that all objects have', 404, { path: '{home}model/constructor' }],
    ['events: without a number', 400, { path: '{home}events' }],
    ['events: after a word', 400, { path: '{home}events?after=x' }],
    ['events: after less than nothing', 400, { path: '{home}events?after=-1' }],
    [
      'events: a word as the last one',
      400,
      { path: '{home}events?after=0', headers: { 'last-event-id': 'x' } },
    ],
    ['method: POST to the page', 405, filledPost('')],
    ['method: PUT', 405, { method: 'PUT' }],
    ['method: DELETE of a model', 405, { method: 'DELETE', path: '{home}model/a/10' }],
    ['method: OPTIONS before a request of another origin', 405, { method: 'OPTIONS', path: '{home}stop' }],
    ['method: TRACE', 405, { method: 'TRACE' }],
    ['method: GET of a control, as a picture could', 405, { path: '{home}stop' }],
    ['method: HEAD of a control', 405, { method: 'HEAD', path: '{home}stop' }],
    ['method: unknown', 400, { method: 'STEAL' }],
    ['control: a form', 415, filledPost('stop', { 'content-type': 'application/x-www-form-urlencoded' })],
    ['control: a plain text', 415, filledPost('stop', { 'content-type': 'text/plain' })],
    ['control: no type', 415, filledPost('stop', { 'content-type': null })],
    ['control: two types', 415, filledPost('stop', { 'content-type': ['application/json', 'text/plain'] })],
    ['control: from another origin', 403, filledPost('stop', { origin: 'http://evil.example' })],
    ['control: from another site', 403, filledPost('stop', { 'sec-fetch-site': 'cross-site' })],
    ['control: no JSON', 400, filledPost('stop', {}, 'stop')],
    ['control: a list', 400, filledPost('stop', {}, '[]')],
    ['control: something in it', 400, filledPost('stop', {}, '{"a":1}')],
    ['control: nothing', 400, filledPost('stop', {}, '')],
    ['control: a long body', 413, filledPost('stop', {}, ' '.repeat(2000))],
    ['control: a body that is said to be huge', 413, filledPost('stop', { 'content-length': '99999999999' })],
    ['control: a length that is none', 400, filledPost('stop', { 'content-length': '-5' })],
    ['control: two lengths', 400, filledPost('stop', { 'content-length': ['2', '3'] })],
    ['control: a length and pieces', 400, filledPost('stop', { 'transfer-encoding': 'chunked' })],
    [
      'control: pieces that are none',
      400,
      filledPost('stop', { 'content-length': null, 'transfer-encoding': 'chunked' }, 'zz\r\n'),
    ],
    [
      'control: long pieces',
      413,
      filledPost(
        'stop',
        { 'content-length': null, 'transfer-encoding': 'chunked' },
        `7d0\r\n${' '.repeat(2000)}\r\n0\r\n\r\n`,
      ),
    ],
    ['headers: huge', 431, { headers: { cookie: 'x'.repeat(20_000) } }],
    ['headers: a line break in a value', 400, { headers: { 'x-a': 'a\r\n b\n c' } }],
  ])('%s: %i', async (_, status, request) => {
    expect(statusOf(await answerTo(filled(request)))).toBe(status);
    expect(asked).toEqual([]);
  });

  it('a body that looks like a request is none', async () => {
    const body = requestOf(post('pause'));
    const headers = { 'content-type': 'text/plain', connection: 'keep-alive' };
    const answer = await answerTo(post('stop', headers, body));
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415']);
    expect(asked).toEqual([]);
  });

  it('what is no HTTP gets 400', async () => {
    expect(statusOf(await sent('hello\r\n\r\n'))).toBe(400);
    expect(statusOf(await sent(Buffer.from([0x16, 3, 1, 0, 200, 1, 0, 0])))).toBe(400);
  });

  it('does each control once it is asked properly, and says the step', async () => {
    for (const name of CONTROLS.filter((name) => name !== 'save')) {
      const answer = await answerTo(
        post(name, { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }),
      );
      expect([statusOf(answer), answer.split('\r\n\r\n')[1]]).toEqual([200, '{"step":41}']);
    }
    expect(asked.splice(0)).toEqual(['pause', 'resume', 'step', 'stop', 'halve-rate']);
    const pieces = { 'content-length': null, 'transfer-encoding': 'chunked' };
    expect(statusOf(await answerTo(post('stop', pieces, '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n')))).toBe(200);
    expect(asked.splice(0)).toEqual(['stop']);
  });

  it('says why a control failed', async () => {
    const answer = await answerTo(post('save'));
    expect([statusOf(answer), answer.split('\r\n\r\n')[1]]).toEqual([409, '{"error":"the disk is full"}']);
    asked.length = 0;
  });
});

const rate = (step: number): LiveEvent => ({ run: 'a', add: 'rate', change: { step, factor: 0.5 } });

/** An open stream of messages: its connection, its head, and what has come since the part that was waited for. */
async function follow(after: number | string, headers: Asked['headers'] = {}) {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    requestOf({ path: `${home}events?after=${after}`, headers: { connection: 'keep-alive', ...headers } }),
  );
  let [head, text] = ['', ''];
  const waiting = new Set<() => void>();
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (const look of waiting) look();
  });
  const shows = (part: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        const at = text.indexOf(part);
        if (at < 0) return;
        head ||= text.slice(0, at);
        text = text.slice(at + part.length);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  await shows('retry: 1000\n\n');
  return { socket, head, shows, text: () => text };
}

describe('the stream of events', () => {
  it('sends messages with their numbers, repeats what was missed, and asks to begin anew', async () => {
    const first = await follow(0);
    pending.push(rate(5), rate(6));
    feed.flush();
    const data =
      'data: [{"run":"a","add":"rate","change":{"step":5,"factor":0.5}},{"run":"a","add":"rate","change":{"step":6,"factor":0.5}}]\n\n';
    await first.shows(`id: 1\n${data}`);
    expect(first.head).toContain('content-type: text/event-stream\r\n');
    // the number that a browser has got so far goes before the one in the address
    const again = await follow(1, { 'last-event-id': '0' });
    await again.shows(`id: 1\n${data}`);
    const lost = await follow(99);
    await lost.shows('id: 1\nevent: reset\ndata: {}\n\n');
    for (const { socket } of [first, again, lost]) socket.destroy();
  });

  it('serves twenty pages at a time, each with all messages', async () => {
    const { id } = feed.runs();
    const pages = await Promise.all(Array.from({ length: 20 }, () => follow(id)));
    pending.push(rate(77));
    feed.flush();
    await Promise.all(pages.map(({ shows }) => shows('"step":77')));
    expect(statusOf(await answerTo({ path: `${home}runs` }))).toBe(200);
    for (const { socket } of pages) socket.destroy();
    await Promise.all(pages.map(({ socket }) => once(socket, 'close')));
  });

  it('cuts off who does not read, instead of holding messages for ever; others go on', async () => {
    const { id } = feed.runs();
    const [slow, quick] = [await follow(id), await follow(id)];
    slow.socket.pause();
    const closed = once(slow.socket, 'close');
    const large: LiveEvent = {
      run: 'a',
      add: 'status',
      status: { kind: 'running', message: 'x'.repeat(1 << 20) },
    };
    for (let i = 0; i < 20; i++) {
      pending.push(large, rate(100 + i));
      feed.flush();
      await quick.shows(`"step":${100 + i}`);
    }
    slow.socket.resume();
    await closed;
    expect(slow.text()).not.toContain('"step":119');
    expect(quick.socket.destroyed).toBe(false);
    quick.socket.destroy();
  });

  it('ends with the server, after what is new', async () => {
    const other = await LiveServer.start({
      ...site,
      feed: new Feed({ records: () => [], take: () => pending.splice(0) }),
    });
    const answer = await fetch(`${other.url}events?after=0`);
    pending.push(rate(3));
    await other.close();
    expect(await answer.text()).toBe(
      'retry: 1000\n\nid: 1\ndata: [{"run":"a","add":"rate","change":{"step":3,"factor":0.5}}]\n\n',
    );
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
  });
});
