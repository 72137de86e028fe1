import { describe, expect, it } from 'vitest';
import { Feed, type Message } from '../../src/live/feed.ts';
import type { LiveEvent } from '../../src/live/protocol.ts';

const rate = (step: number): LiveEvent => ({ run: 'a', add: 'rate', change: { step, factor: 0.5 } });

/** A feed with a source to which events are pushed. */
function feedOf() {
  const pending: LiveEvent[] = [];
  const feed = new Feed({ records: () => [], take: () => pending.splice(0) });
  const tell = (step: number) => {
    pending.push(rate(step));
    feed.flush();
  };
  return { feed, tell, pending };
}

/** A reader that notes what it is sent: the number of each message, with the steps of its events or "reset". */
function listen(feed: Feed, after: number) {
  const heard: [number, ...(number | string)[]][] = [];
  const stepsOf = ({ data }: Message) =>
    data === undefined
      ? ['reset']
      : (JSON.parse(data) as LiveEvent[]).map((event) => (event.add === 'rate' ? event.change.step : '?'));
  const reader = {
    send: (message: Message) => void heard.push([message.id, ...stepsOf(message)]),
    end: () => void heard.push([-1]),
  };
  return { heard, leave: feed.subscribe(reader, after) };
}

describe('a feed', () => {
  it('sends what is new in numbered messages, to each reader once', () => {
    const { feed, tell, pending } = feedOf();
    const [a, b] = [listen(feed, 0), listen(feed, 0)];
    tell(5);
    pending.push(rate(6), rate(7));
    feed.flush();
    feed.flush();
    b.leave();
    tell(8);
    expect(a.heard).toEqual([
      [1, 5],
      [2, 6, 7],
      [3, 8],
    ]);
    expect(b.heard).toEqual([
      [1, 5],
      [2, 6, 7],
    ]);
    expect(feed.isWatched).toBe(true);
    a.leave();
    expect(feed.isWatched).toBe(false);
  });

  it('says with the runs which message they go up to, what was pending included', () => {
    const { feed, tell, pending } = feedOf();
    expect(feed.runs()).toEqual({ records: [], id: 0 });
    tell(1);
    pending.push(rate(2));
    const { id } = feed.runs();
    expect(id).toBe(2);
    const reader = listen(feed, id);
    tell(3);
    expect(reader.heard).toEqual([[3, 3]]);
  });

  it('repeats to a reader that was cut off what it has missed', () => {
    const { feed, tell } = feedOf();
    for (const step of [11, 12, 13]) tell(step);
    expect(listen(feed, 1).heard).toEqual([
      [2, 12],
      [3, 13],
    ]);
    expect(listen(feed, 3).heard).toEqual([]);
  });

  it('asks a reader to begin anew whose messages are no longer there, or never were', () => {
    const { feed, tell } = feedOf();
    for (let step = 1; step <= 510; step++) tell(step);
    expect(listen(feed, 9).heard).toEqual([[510, 'reset']]);
    expect(listen(feed, 10).heard).toHaveLength(500);
    expect(listen(feed, 511).heard).toEqual([[510, 'reset']]);
  });

  it('asks all readers to begin anew when the runs are others now', () => {
    const { feed, tell } = feedOf();
    tell(1);
    const reader = listen(feed, 1);
    feed.reset();
    tell(2);
    expect(reader.heard).toEqual([
      [2, 'reset'],
      [3, 2],
    ]);
    expect(listen(feed, 1).heard).toEqual([[3, 'reset']]);
    expect(listen(feed, 2).heard).toEqual([[3, 2]]);
  });

  it('ends with what is new', () => {
    const { feed, pending } = feedOf();
    const reader = listen(feed, 0);
    pending.push(rate(4));
    feed.end();
    expect(reader.heard).toEqual([[1, 4], [-1]]);
  });
});
