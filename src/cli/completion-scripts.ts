import type { FlagDescription } from './options.ts';

/** Parts of a command that a shell can complete. */
export interface Completed {
  name: string;
  /** its other names */
  aliases: readonly string[];
  summary: string;
  flags: readonly FlagDescription[];
  /** what stands for itself: one of these words, or files */
  words: readonly string[] | 'files' | 'nothing';
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that lets a shell complete `rnn`; everything is in it, so that a press of the key starts no program. */
export const completionScript = (shell: Shell, commands: readonly Completed[]): string =>
  SCRIPTS[shell](commands);

const namesOf = ({ name, aliases }: Completed): string[] => [name, ...aliases];
const spellings = ({ flag, short }: FlagDescription): string[] =>
  short === undefined ? [flag] : [short, flag];
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** The beginning of a help text, without what shells would read as their own. */
const brief = (text: string): string => text.split(/[:;([]/)[0]!.trim();

/** The argument of a flag: words to choose from, files, a number that only the user knows, or nothing. */
function argumentOf({
  choices,
  placeholder,
}: FlagDescription): readonly string[] | 'files' | 'number' | 'none' {
  if (choices) return choices;
  if (placeholder === undefined) return 'none';
  return placeholder === 'n' ? 'number' : 'files';
}

/** Where no words are given, readline completes files; a number has none. */
function bash(commands: readonly Completed[]): string {
  const values = commands.flatMap((command) =>
    command.flags.flatMap((flag) => {
      const value = argumentOf(flag);
      if (value === 'none') return [];
      const keys = namesOf(command).flatMap((name) =>
        spellings(flag).map((flag) => quoted(`${name} ${flag}`)),
      );
      const action =
        value === 'files'
          ? 'return'
          : value === 'number'
            ? 'compopt +o default 2>/dev/null; return'
            : `words=${quoted(value.join(' '))}`;
      return [`      ${keys.join('|')}) ${action} ;;`];
    }),
  );
  const flags = commands.map((command) => {
    const all = command.flags.flatMap(spellings);
    return `        ${namesOf(command).join('|')}) words=${quoted([...all, '--help'].join(' '))} ;;`;
  });
  const words = commands.map(({ words, ...command }) => {
    const action =
      words === 'files'
        ? ':'
        : words === 'nothing'
          ? 'compopt +o default 2>/dev/null'
          : `words=${quoted(words.join(' '))}`;
    return `        ${namesOf({ words, ...command }).join('|')}) ${action} ;;`;
  });
  return `# completion of rnn for bash
_rnn() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  # --flag=value comes as three words
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if ((COMP_CWORD == 1)); then
    words=${quoted([...commands.flatMap(namesOf), 'help', '--help', '--version'].join(' '))}
  else
    case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
    esac
    if [[ -z $words && $current == -* ]]; then
      case "\${COMP_WORDS[1]}" in
${flags.join('\n')}
      esac
    elif [[ -z $words ]]; then
      case "\${COMP_WORDS[1]}" in
${words.join('\n')}
      esac
    fi
  fi
  [[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _rnn rnn
`;
}

function zsh(commands: readonly Completed[]): string {
  const actions = { files: ':text:_files', number: ':number: ', none: '' };
  const flagSpecs = ({ flags }: Completed) =>
    flags.flatMap((flag) => {
      const value = argumentOf(flag);
      const action = typeof value === 'string' ? actions[value] : `:name:(${value.join(' ')})`;
      const sign = value === 'none' ? '' : '=';
      return spellings(flag).map((name) => `${name}${sign}[${brief(flag.description)}]${action}`);
    });
  const wordSpec = ({ words }: Completed) =>
    words === 'files' ? '*:file:_files' : words === 'nothing' ? '*: : ' : `*:word:(${words.join(' ')})`;
  const cases = commands.map((command) => {
    const specs = [...flagSpecs(command), '--help[show all flags]', wordSpec(command)];
    const call = ['_arguments', ...specs.map(quoted)].join(' \\\n        ');
    return `    ${namesOf(command).join('|')})\n      ${call}\n      ;;`;
  });
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${brief(summary)}`)}`);
  return `#compdef rnn
# completion of rnn for zsh
_rnn() {
  local -a commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _rnn ]]; then _rnn "$@"; else compdef _rnn rnn; fi
`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap((command) => {
    const here = `complete -c rnn -n ${quoted(`__fish_seen_subcommand_from ${namesOf(command).join(' ')}`)}`;
    const flags = command.flags.map((flag) => {
      const value = argumentOf(flag);
      const names = spellings(flag).map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const argument = { files: ' -r -F', number: ' -x', none: '' };
      const values = typeof value === 'string' ? argument[value] : ` -x -a ${quoted(value.join(' '))}`;
      return `${here} ${names.join(' ')}${values} -d ${quoted(brief(flag.description))}`;
    });
    const { words } = command;
    const own =
      words === 'files' ? [] : [`${here} -f${words === 'nothing' ? '' : ` -a ${quoted(words.join(' '))}`}`];
    return [
      `complete -c rnn -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(brief(command.summary))}`,
      ...own,
      ...flags,
    ];
  });
  return `# completion of rnn for fish\n${lines.join('\n')}\n`;
}

const SCRIPTS: Record<Shell, (commands: readonly Completed[]) => string> = { bash, zsh, fish };
