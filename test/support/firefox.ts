import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { temporaryFolder } from './cli.ts';
import type { Tab, TabBrowser } from './tabs.ts';

/* Firefox as Debian has it, which Playwright does not drive: by WebDriver BiDi, JSON over a WebSocket. */

const PATH = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';
export const NO_FIREFOX = !existsSync(PATH);

/** Nothing is fetched that a test did not ask for; plain.test is this machine. */
const PREFERENCES = {
  'network.dns.localDomains': 'plain.test',
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.chrome.site_icons': false,
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.systemAddon.update.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

type Message =
  | { type: 'success'; id: number; result: Record<string, unknown> }
  | { type: 'error'; id: number; error: string; message: string }
  | { type: 'event'; params: { text: string } };

type Answer = Exclude<Message, { type: 'event' }>;

class Session {
  readonly troubles: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #commands = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse(String(data)) as Message));
  }

  #hear(message: Message): void {
    if (message.type === 'event') this.troubles.push(message.params.text);
    else this.#waiting.get(message.id)?.(message);
  }

  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#commands;
    const heard = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await heard;
    this.#waiting.delete(id);
    if (answer.type === 'error') throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result;
  }

  async open(url: string): Promise<Tab> {
    const { context } = await this.send('browsingContext.create', { type: 'tab' });
    await this.send('browsingContext.navigate', { context, url, wait: 'complete' });
    return {
      ask: async <T>(expression: string): Promise<T> => {
        const { result, exceptionDetails } = (await this.send('script.evaluate', {
          expression: `(async () => JSON.stringify([await (${expression})]))()`,
          target: { context },
          awaitPromise: true,
        })) as { result?: { value: string }; exceptionDetails?: { text: string } };
        if (!result) throw new Error(exceptionDetails?.text);
        return (JSON.parse(result.value) as [T])[0];
      },
      close: async () => {
        await this.send('browsingContext.close', { context });
      },
    };
  }
}

/** The address that Firefox says on its standard error. */
const addressOf = ({ stderr }: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    stderr!.on('data', (data) => {
      said += data;
      const [, address] = /BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (address) resolve(address);
    });
    stderr!.on('end', () => reject(new Error(`Firefox ended: ${said}`)));
  });

export async function launchFirefox(): Promise<TabBrowser> {
  const profile = temporaryFolder();
  const lines = Object.entries(PREFERENCES).map(
    (entry) => `user_pref(${entry.map((part) => JSON.stringify(part))});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const firefox = spawn(PATH, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => firefox.kill('SIGKILL');
  process.once('exit', kill);
  const socket = new WebSocket(`${await addressOf(firefox)}/session`);
  await once(socket, 'open');
  const session = new Session(socket);
  await session.send('session.new', { capabilities: {} });
  await session.send('session.subscribe', { events: ['log.entryAdded'] });
  return {
    troubles: session.troubles,
    open: (address) => session.open(address),
    async close() {
      const ended = once(firefox, 'exit');
      await session.send('browser.close');
      await ended;
      process.off('exit', kill);
    },
  };
}
