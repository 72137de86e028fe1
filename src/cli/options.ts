import { type Command, Option } from 'commander';
import { z } from 'zod';
import { flagName, flagValue, HEADINGS } from '../config/index.ts';

/** One flag as help and docs show it. */
export interface FlagDescription {
  key: string;
  flag: string;
  /** what stands for it too, such as -i or --lr */
  short: string | undefined;
  /** the heading it stands under */
  group: string | undefined;
  description: string;
  default: unknown;
  choices: readonly string[] | undefined;
  /** what stands behind the flag; none for a switch */
  placeholder: string | undefined;
}

interface Property extends z.core.JSONSchema.JSONSchema {
  short?: string;
  group?: (typeof HEADINGS)[number];
  placeholder?: string;
}

/** The flags of schemas, by heading: the only place where they are listed are the schemas themselves. */
export function describeFlags(...schemas: z.ZodObject[]): FlagDescription[] {
  const flags = schemas.flatMap((schema) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
    return Object.entries(properties).map(([key, property]) => describeFlag(key, property as Property));
  });
  const place = ({ group }: FlagDescription) => (HEADINGS as readonly unknown[]).indexOf(group);
  return flags.sort((a, b) => place(a) - place(b));
}

function describeFlag(key: string, property: Property): FlagDescription {
  const { type, description = '', default: value, short, group, items } = property;
  const isList = type === 'array';
  const { enum: choices, type: valueType, placeholder } = isList ? (items as Property) : property;
  const name = placeholder ?? (valueType !== 'string' ? 'n' : choices ? 'name' : 'text');
  const isOn = type === 'boolean' && value === true;
  return {
    key,
    flag: isOn ? flagName(key).replace('--', '--no-') : flagName(key),
    short: short && (short.length > 1 ? `--${short}` : `-${short}`),
    group,
    description: isOn ? `do not ${description}` : description,
    default: isOn ? false : value,
    choices: choices as string[] | undefined,
    placeholder: type === 'boolean' ? undefined : isList ? `${name}...` : name,
  };
}

/** Adds the flags of schemas to a command; values stay as given, the schemas judge them all at once. */
export function addFlags(command: Command, ...schemas: z.ZodObject[]): Command {
  for (const described of describeFlags(...schemas)) {
    const { flag, short, group, description, default: value, choices, placeholder } = described;
    // a default in words, which the description itself ends with
    const [, purpose = description, words] = /^(.*) \((default.*)\)$/.exec(description) ?? [];
    const notes = [
      choices?.join('|'),
      words,
      value === undefined || typeof value === 'boolean' || Array.isArray(value)
        ? undefined
        : `default: ${value}`,
    ];
    const note = notes.filter((part) => part !== undefined).join(', ');
    const names = short === undefined ? flag : `${short}, ${flag}`;
    const option = new Option(
      placeholder ? `${names} <${placeholder}>` : names,
      note ? `${purpose} (${note})` : purpose,
    );
    if (placeholder === 'n') option.argParser(flagValue);
    if (group !== undefined) option.helpGroup(`${group}:`);
    command.addOption(option);
    // commander takes a --no- flag that nobody gave for true
    if (option.negate) command.setOptionValue(option.attributeName(), undefined);
  }
  return command;
}
