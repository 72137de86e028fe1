import type { Command } from 'commander';
import { corpusSchema, fromFlags, parseLayers } from '../config/index.ts';
import { TASKS, type TaskName, taskLines } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { createRandom } from '../random.ts';
import { addFlags } from './options.ts';
import { toJson, write } from './output.ts';

export function configure(command: Command): void {
  addFlags(command, corpusSchema)
    .addHelpText(
      'after',
      `\nTasks: ${TASKS.join(', ')}.\nEach line is a question, "=" and the answer.\n` +
        '\nExample:\n  $ rnn corpus recall --lag 30 > recall.txt && rnn train recall.txt --cell lstm --seq-length 100\n',
    )
    .action(run);
}

async function run(task: string, flags: Record<string, unknown>): Promise<void> {
  const { lag, lines, rngSeed, json } = parseLayers(corpusSchema, [fromFlags(flags)]);
  if (!(TASKS as readonly string[]).includes(task)) {
    throw new RnnError('usage', `${task}: expected a task (${TASKS.join(', ')}); see rnn corpus --help`);
  }
  const random = createRandom(rngSeed, task);
  // the text is the last member, so that it can be written as it comes
  if (json) await write(`${toJson({ task, lag, lines, rngSeed }).slice(0, -1)},"text":"`);
  for (const line of taskLines(task as TaskName, lag, lines, random)) {
    await write(json ? toJson(line).slice(1, -1) : line);
  }
  if (json) await write('"}\n');
}
