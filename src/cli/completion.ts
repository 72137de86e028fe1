import type { Command } from 'commander';
import { TASKS } from '../corpus/index.ts';
import { RnnError } from '../errors.ts';
import { type Completed, completionScript, SHELLS, type Shell } from './completion-scripts.ts';
import { DOCUMENTED } from './flags-page.ts';
import { describeFlags } from './options.ts';
import { write } from './output.ts';

export function configure(command: Command): void {
  command
    .addHelpText(
      'after',
      '\nInstall it:\n  $ rnn completion bash > ~/.local/share/bash-completion/completions/rnn\n' +
        '  $ rnn completion zsh > ~/.zfunc/_rnn   # a folder of $fpath\n  $ rnn completion fish > ~/.config/fish/completions/rnn.fish\n',
    )
    .action(run);
}

async function run(shell: string, _: unknown, command: Command): Promise<void> {
  if (!(SHELLS as readonly string[]).includes(shell)) {
    throw new RnnError('usage', `${shell}: expected a shell (${SHELLS.join(', ')})`);
  }
  await write(completionScript(shell as Shell, command.parent!.commands.map(completedOf)));
}

/** Words that stand for themselves; of all other commands, files. */
const WORDS: Record<string, Completed['words']> = {
  corpus: TASKS,
  completion: SHELLS,
  explain: 'nothing',
  doctor: 'nothing',
  config: 'nothing',
};

function completedOf(command: Command): Completed {
  const name = command.name();
  // rnn config takes the flags of rnn train too
  const documented = name === 'config' ? ['config', 'train'] : [name];
  const schemas = documented.flatMap(
    (own) => DOCUMENTED.find(([usage]) => usage.split(' ')[1] === own)?.[2] ?? [],
  );
  const flags = new Map(describeFlags(...schemas).map((flag) => [flag.flag, flag]));
  return {
    name,
    aliases: command.aliases(),
    summary: command.description(),
    flags: [...flags.values()],
    words: WORDS[name] ?? 'files',
  };
}
