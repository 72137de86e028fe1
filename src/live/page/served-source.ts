import type { Control, LiveEvent, RunRecord } from '../protocol.ts';
import type { Listener, Source } from './source.ts';

/** How soon a server that is gone is asked again: each time a little later. */
const [FIRST_RETRY_MS, LAST_RETRY_MS, LATER] = [1000, 30_000, 1.5];

/** Runs, events and models of the server that sent the page; addresses are relative to the page's. */
export const servedSource = (): Source => ({
  follow: (listener) => new Following(listener).begin(),
  model,
  control,
});

async function model(run: string, step: number | 'best' | 'last'): Promise<Blob> {
  const answer = await fetch(`model/${encodeURIComponent(run)}/${step}`);
  if (!answer.ok) throw new Error(`The server has no checkpoint of ${run} at ${step} (${answer.status}).`);
  return answer.blob();
}

async function control(name: Control): Promise<number> {
  const answer = await fetch(name, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const said = (await answer.json().catch(() => ({ error: `${answer.status}` }))) as
    | { step: number }
    | { error: string };
  if ('error' in said) throw new Error(said.error);
  return said.step;
}

/**
 * A stream of events from where the last one ended. A browser has six connections to a server for all its tabs: a hidden
 * tab gives its own back.
 */
class Following {
  readonly #listener: Listener;
  #stream: EventSource | undefined;
  #last: string | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  begin(): void {
    document.addEventListener('visibilitychange', () => {
      this.#close();
      if (document.visibilityState === 'visible') void this.#open();
    });
    this.#listener.connection('connecting');
    void this.#open();
  }

  async #open(): Promise<void> {
    this.#close();
    try {
      if (this.#last === null) await this.#askAll();
    } catch {
      this.#lose();
      return;
    }
    // another call was faster, or the tab was hidden meanwhile
    if (this.#stream || document.visibilityState === 'hidden') return;
    const stream = new EventSource(`events?after=${this.#last}`);
    this.#stream = stream;
    stream.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.#listener.connection('open');
    };
    stream.onmessage = ({ data, lastEventId }) => {
      this.#last = lastEventId;
      this.#listener.events(JSON.parse(data) as LiveEvent[]);
    };
    stream.addEventListener('reset', () => {
      this.#last = null;
      void this.#open();
    });
    stream.onerror = () => this.#lose();
  }

  async #askAll(): Promise<void> {
    const answer = await fetch('runs', { cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    const runs = (await answer.json()) as RunRecord[];
    this.#last = answer.headers.get('event-id') ?? '0';
    this.#listener.runs(runs);
  }

  #lose(): void {
    this.#close();
    this.#listener.connection('lost');
    this.#retry = setTimeout(() => void this.#open(), this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * LATER);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#stream?.close();
    this.#stream = undefined;
  }
}
