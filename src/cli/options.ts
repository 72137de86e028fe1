import { type Command, Option } from 'commander';
import { z } from 'zod';
import { flagName, flagValue } from '../config/index.ts';

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

/** The flags of a schema: the only place where they are listed is the schema itself. */
export function describeFlags(schema: z.ZodObject): FlagDescription[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([key, property]) => {
    const {
      type,
      description = '',
      default: value,
      enum: choices,
      short,
      group,
    } = property as z.core.JSONSchema.JSONSchema & { short?: string; group?: string };
    const placeholder =
      type === 'boolean'
        ? undefined
        : type === 'array'
          ? 'text...'
          : type === 'string'
            ? choices
              ? 'name'
              : 'text'
            : 'n';
    const isOn = type === 'boolean' && value === true;
    const flag = isOn ? flagName(key).replace('--', '--no-') : flagName(key);
    const meaning = isOn ? `do not ${description}` : description;
    return {
      key,
      flag,
      short: short && (short.length > 1 ? `--${short}` : `-${short}`),
      group,
      description: meaning,
      default: isOn ? false : value,
      choices: choices as string[] | undefined,
      placeholder,
    };
  });
}

/** Adds the flags of a schema to a command; values stay as given, the schema judges them all at once. */
export function addFlags(command: Command, schema: z.ZodObject): Command {
  for (const described of describeFlags(schema)) {
    const { flag, short, group, description, default: value, choices, placeholder } = described;
    const notes = [
      choices?.join('|'),
      value === undefined || typeof value === 'boolean' || Array.isArray(value)
        ? undefined
        : `default: ${value}`,
    ];
    const note = notes.filter((part) => part !== undefined).join(', ');
    const names = short === undefined ? flag : `${short}, ${flag}`;
    const option = new Option(
      placeholder ? `${names} <${placeholder}>` : names,
      note ? `${description} (${note})` : description,
    );
    if (placeholder === 'n') option.argParser(flagValue);
    if (group !== undefined) option.helpGroup(`${group}:`);
    command.addOption(option);
  }
  return command;
}
