import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { RnnError } from '../errors.ts';
import { SCRIPT_NAME, SERVED_POLICY, STYLE_NAME } from './document.ts';
import type { Feed, Message } from './feed.ts';
import { admit, newToken } from './guard.ts';
import { CONTROLS, type Control } from './protocol.ts';

/** On every answer. */
const HEADERS = {
  'content-security-policy': SERVED_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const JSON_TYPE = 'application/json';
/** A control's body is {}. */
const MOST_BODY_BYTES = 1024;
/** Of one message stream: who reads slower than this is cut off, and may come again. */
const MOST_BACKLOG_BYTES = 4 << 20;
const MOST_CONNECTIONS = 256;
/** Until a request's headers, and all of it, must have come. */
const [HEADERS_MS, REQUEST_MS] = [10_000, 20_000];

/** What a server serves. */
export interface Site {
  page: string;
  script: string;
  style: string;
  feed: Feed;
  /** the file of a checkpoint, by `ID/STEP` */
  model(key: string): string | undefined;
  /** Does what was asked for. @returns the step, see CONTROLS @throws RnnError */
  control(name: Control): Promise<number>;
}

type Route = (request: IncomingMessage, response: ServerResponse, query: string) => Promise<void> | void;

/** The server of the live page, for this machine alone. */
export class LiveServer {
  readonly #site: Site;
  readonly #token = newToken();
  #port = 0;
  readonly #server: Server;
  readonly #reading: ReadonlyMap<string, Route>;
  readonly #controls: ReadonlyMap<string, Route>;
  /** requests in progress but for message streams */
  #busy = 0;
  #wasVisited = false;
  /** whether the end waits for a first page */
  #awaitsVisit = false;
  /** called when that number changes */
  #changed: () => void = () => {};

  private constructor(site: Site) {
    this.#site = site;
    const text =
      (type: string, content: string): Route =>
      (_, response) =>
        send(response, 200, type, content);
    this.#reading = new Map<string, Route>([
      ['', text('text/html; charset=utf-8', site.page)],
      [SCRIPT_NAME, text('text/javascript; charset=utf-8', site.script)],
      [STYLE_NAME, text('text/css; charset=utf-8', site.style)],
      ['runs', (_, response) => this.#runs(response)],
      ['events', (request, response, query) => this.#events(request, response, query)],
    ]);
    this.#controls = new Map(CONTROLS.map((name) => [name, this.#control(name)]));
    const timing = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS };
    this.#server = createServer(timing, (request, response) => void this.#answer(request, response));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @param port 0 for any that is free @throws what the system says where it cannot listen */
  static async start(site: Site, port = 0): Promise<LiveServer> {
    const live = new LiveServer(site);
    await new Promise<void>((resolve, reject) => {
      live.#server.once('error', reject);
      live.#server.listen(port, '127.0.0.1', resolve);
    });
    live.#port = (live.#server.address() as AddressInfo).port;
    return live;
  }

  /** Of the page; who has it may do all that the page can. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/${this.#token}/`;
  }

  /**
   * Ends; pages that are open first get what they ask for, until they have asked for nothing for a while.
   * @param isAwaited whether a page is still to come, where none has come yet
   */
  async close(quietMs = 0, mostMs = 0, isAwaited = false): Promise<void> {
    const { feed } = this.#site;
    feed.flush();
    this.#awaitsVisit = isAwaited && !this.#wasVisited;
    if (feed.isWatched || this.#awaitsVisit) await this.#quiet(quietMs, mostMs);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    feed.end();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Until no request is in progress, and none has come for a while. */
  #quiet(quietMs: number, mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      let quiet: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(quiet);
        clearTimeout(most);
        this.#changed = () => {};
        resolve();
      };
      const most = setTimeout(end, mostMs);
      this.#changed = () => {
        clearTimeout(quiet);
        if (this.#busy === 0 && !this.#awaitsVisit) quiet = setTimeout(end, quietMs);
      };
      this.#changed();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // a reader that has gone away is no trouble of the server
    response.on('error', () => {});
    this.#busy++;
    this.#changed();
    try {
      const admitted = admit(request, this.#token);
      if (typeof admitted === 'number') refuse(response, admitted);
      else await this.#route(request, response, admitted.path, admitted.query);
    } catch (error) {
      const known = error instanceof RnnError || (error as NodeJS.ErrnoException).code !== undefined;
      const message = known ? (error as Error).message : 'a defect in rnn';
      if (response.headersSent) response.destroy();
      else send(response, known ? 409 : 500, JSON_TYPE, JSON.stringify({ error: message }));
    } finally {
      this.#busy--;
      this.#changed();
    }
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: string,
  ): Promise<void> {
    const { method = '' } = request;
    const reads = method === 'GET' || method === 'HEAD';
    const control = this.#controls.get(path);
    if (control) return method === 'POST' ? control(request, response, query) : refuse(response, 405, 'POST');
    const file = path.startsWith('model/') ? this.#site.model(path.slice('model/'.length)) : undefined;
    const route = file === undefined ? this.#reading.get(path) : () => sendFile(response, file, method);
    if (!route) return refuse(response, 404);
    return reads ? route(request, response, query) : refuse(response, 405, 'GET, HEAD');
  }

  #runs(response: ServerResponse): void {
    this.#wasVisited = true;
    this.#awaitsVisit = false;
    const { records, id } = this.#site.feed.runs();
    response.setHeader('event-id', id);
    send(response, 200, JSON_TYPE, JSON.stringify(records));
  }

  #events(request: IncomingMessage, response: ServerResponse, query: string): void {
    const [, asked] = /^after=(\d{1,15})$/.exec(query) ?? [];
    // a browser that comes again says what it has got so far, and keeps the address
    const after = request.headers['last-event-id'] ?? asked ?? '';
    if (!/^\d{1,15}$/.test(String(after))) {
      refuse(response, 400);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write('retry: 1000\n\n');
    const reader = {
      end: () => void response.end(),
      send({ id, data }: Message): void {
        if (response.writableLength > MOST_BACKLOG_BYTES) response.destroy();
        else
          response.write(`id: ${id}\n${data === undefined ? 'event: reset\ndata: {}' : `data: ${data}`}\n\n`);
      },
    };
    const leave = this.#site.feed.subscribe(reader, Number(after));
    response.once('close', leave);
  }

  #control(name: Control): Route {
    return async (request, response) => {
      if (request.headersDistinct['content-type']?.join() !== JSON_TYPE) return refuse(response, 415);
      const body = await bodyOf(request);
      if (body === undefined) return refuse(response, 413);
      if (!/^\s*\{\s*\}\s*$/.test(body)) return refuse(response, 400);
      const step = await this.#site.control(name);
      send(response, 200, JSON_TYPE, JSON.stringify({ step }));
    };
  }
}

/** The body as text; undefined where it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return undefined;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function send(response: ServerResponse, status: number, type: string, content: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(content) });
  response.end(content);
}

/** Refused in one number; the connection ends, whatever of the request is still to come. */
function refuse(response: ServerResponse, status: number, allow?: string): void {
  if (allow !== undefined) response.setHeader('allow', allow);
  response.setHeader('connection', 'close');
  send(response, status, 'text/plain', `${status}\n`);
}

/** A file as it is when it is opened, even if it is replaced meanwhile. */
async function sendFile(response: ServerResponse, path: string, method: string): Promise<void> {
  const file = await open(path).catch(() => undefined);
  if (!file) return refuse(response, 404);
  try {
    const { size } = await file.stat();
    response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': size });
    if (method === 'HEAD') return void response.end();
    await pipeline(file.createReadStream({ autoClose: false }), response).catch(() => response.destroy());
  } finally {
    await file.close();
  }
}
