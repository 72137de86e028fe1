import type { Command } from 'commander';
import { fromFlags, parseLayers, uiSchema } from '../config/index.ts';
import { RnnError } from '../errors.ts';
import { servedPage } from '../live/document.ts';
import { Feed } from '../live/feed.ts';
import { LiveServer } from '../live/server.ts';
import { livePageSources } from '../report/built.ts';
import { exportPage } from './export-page.ts';
import { sayAddress, showPage } from './live-run.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { addFlags } from './options.ts';
import { say } from './output.ts';
import { ShownRuns } from './shown-runs.ts';

/** How often files are looked at for changes, in milliseconds. */
const LOOK_MS = 2000;

export function configure(command: Command): void {
  addFlags(command, uiSchema)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rnn ui\n  $ rnn ui checkpoints/tiny.json checkpoints/tiny-2.json\n  $ rnn ui --export page.html\n',
    )
    .action(run);
}

async function run(names: string[], flags: Record<string, unknown>): Promise<void> {
  const options = parseLayers(uiSchema, [fromFlags(flags)]);
  const runs = await ShownRuns.read(names);
  if (options.export === undefined) await serve(runs, options.open);
  else await exportPage(options.export, runs.list);
}

/** Until a signal comes. */
async function serve(runs: ShownRuns, isOpened: boolean): Promise<void> {
  const records = () => runs.list.map(({ record }) => record);
  const feed = new Feed({ records, take: () => [] });
  const server = await LiveServer.start({
    page: servedPage({ language: 'en', runs: [], models: {} }),
    ...livePageSources(),
    feed,
    model: (key) => runs.list.flatMap(({ files }) => files.get(key) ?? [])[0],
    control: async () => {
      throw new RnnError(
        'usage',
        'this page only shows what is saved; a run is steered on the page of rnn train --open',
      );
    },
  });
  if (isOpened) showPage(server.url);
  else sayAddress(server.url);
  say('Ctrl-C ends it');
  // a large file may take longer than that
  const look = oneAtATime(async () => {
    if (await runs.refresh()) feed.reset();
  });
  const looking = setInterval(() => void look(), LOOK_MS);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  clearInterval(looking);
  await server.close();
}
