import { isIP } from 'node:net';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { RnnError } from '../errors.ts';
import { say, warn } from './output.ts';

/*
 * A Redis server, by BullMQ and ioredis, which who has no queue need not install. A name and a password come from the
 * environment alone: what stands on a command line every user of the machine can read.
 */

export const [USERNAME, PASSWORD] = ['RNN_REDIS_USERNAME', 'RNN_REDIS_PASSWORD'];

const EXAMPLE = 'redis://host:6379';
const PORT = 6379;
/** Between two tries to connect again. */
const RETRY_MS = 1000;
const CONNECT_MS = 10_000;

export interface RedisServer {
  /** as it was named */
  address: string;
  client: Redis;
  bullmq: typeof import('bullmq');
}

interface Address {
  host: string;
  port: number;
  db: number;
  tls?: object;
}

/** @throws RnnError which repeats no password */
export function parseAddress(address: string): Address {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (/@/.test(address)) {
    throw new RnnError('usage', 'the address of a queue', {
      expected: `${EXAMPLE} alone`,
      got: 'one with a name or a password, which every user of this machine could read',
      hint: `put them into ${USERNAME} and ${PASSWORD}`,
    });
  }
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1];
  if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname || db === undefined || url.search) {
    throw new RnnError('usage', 'the address of a queue', {
      expected: `${EXAMPLE}, or rediss:// for TLS`,
      got: address,
    });
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // an IP address is no name that a certificate is chosen by
  const secure = url.protocol === 'rediss:' && { tls: isIP(host) ? {} : { servername: host } };
  return { host, port: Number(url.port || PORT), db: Number(db), ...secure };
}

/**
 * Connects, and from then on keeps connecting again where the server is gone for a while.
 * @throws RnnError where there is no server, or it does not let one in
 */
export async function connectRedis(address: string): Promise<RedisServer> {
  const where = parseAddress(address);
  const { bullmq, ioredis } = await loadPackages();
  let isReady = false;
  const client = new ioredis.Redis({
    ...where,
    ...credentials(),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // what is asked while the server is gone waits for it
    maxRetriesPerRequest: null,
    retryStrategy: () => (isReady ? RETRY_MS : null),
  });
  let failure: Error | undefined;
  client.on('error', (error) => (failure = error));
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw unreachable(address, failure ?? (error as Error));
  }
  isReady = true;
  watch(client, address);
  for (const note of await notesOn(client, address)) say(`note: ${note}`);
  return { address, client, bullmq };
}

export function closeRedis({ client }: RedisServer): void {
  client.removeAllListeners();
  client.on('error', () => {});
  client.disconnect();
}

/** Packages that are no part of rnn. */
async function loadPackages() {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new RnnError(
      'usage',
      `a queue needs two packages that do not come with rnn: npm install bullmq ioredis, in ${installation()}` +
        ' (npm install --global bullmq ioredis where rnn is installed so)',
      { cause: error },
    );
  }
}

/** The folder in whose node_modules this program lies, or else its own. */
function installation(): string {
  const own = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
  const [above] = own.split(`${sep}node_modules${sep}`);
  return above!;
}

function credentials(): { username?: string; password?: string } {
  const { [USERNAME!]: username, [PASSWORD!]: password } = process.env;
  return { ...(username && { username }), ...(password && { password }) };
}

function unreachable(address: string, error: Error): RnnError {
  const { message } = error;
  const hint = /^(NOAUTH|WRONGPASS|ERR (AUTH|Client sent AUTH))/.test(message)
    ? `; a name and a password are taken from ${USERNAME} and ${PASSWORD}`
    : '; is redis-server running there, and may this machine reach it?';
  const reason = message.startsWith('NOAUTH') ? 'NOAUTH it asks for a password' : message;
  return new RnnError('usage', `${address}: no Redis to work with (${reason.replace(/\.$/, '')})${hint}`, {
    cause: error,
  });
}

/** Says once that the server is gone, once why it does not let one in again, and once that it is back. */
function watch(client: Redis, address: string): void {
  let said: string | undefined;
  client.on('close', () => {
    if (said === undefined && client.status !== 'end')
      warn(`note: ${address} is gone; what runs goes on, and it is tried again every second`);
    said ??= '';
  });
  client.on('error', ({ message }: Error) => {
    if (said === undefined || said === message || !/^[A-Z]+ /.test(message)) return;
    said = message;
    warn(`note: ${address}: ${message}`);
  });
  client.on('ready', () => {
    if (said !== undefined) warn(`note: ${address} is back`);
    said = undefined;
  });
}

/** What a server is set to that a queue should not have. */
async function notesOn(client: Redis, address: string): Promise<string[]> {
  const memory = await client.info('memory').catch(() => '');
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(memory) ?? [];
  const hasLimit = !/^maxmemory:0\r?$/m.test(memory);
  if (policy === undefined || policy === 'noeviction' || !hasLimit) return [];
  return [
    `${address} drops what it holds when its memory is full (maxmemory-policy ${policy}), a queue too; set maxmemory-policy noeviction`,
  ];
}
