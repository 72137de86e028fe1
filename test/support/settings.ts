import { z } from 'zod';
import { sampling, trainSchema } from '../../src/config/index.ts';

/** src/library/settings.ts, made from the schemas: the library's types name no schema. */
export function settingsModule(): string {
  return `/* Made from src/config by \`npm run docs\`. */

/** Settings of a training run; each is optional. */
export interface Settings {
${fields(trainSchema)}
}

/** How each character of a sample is chosen; each is optional. */
export interface SamplingSettings {
${fields(z.strictObject(sampling).omit({ rngSeed: true }))}
}
`;
}

type Property = z.core.JSONSchema.JSONSchema;

function fields(schema: z.ZodObject): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties)
    .map(([key, value]) => field(key, value as Property))
    .join('\n');
}

function field(key: string, property: Property): string {
  const { description = '', default: standard } = property;
  const facts = [
    boundsOf(property),
    standard === undefined ? undefined : `by default ${JSON.stringify(standard)}`,
  ];
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  // settings by the names that programs know
  const meaning = description.replace(/(?<!rnn [a-z]+ )--([a-z-]+)/g, (_, name: string) =>
    name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
  );
  const comment = known === '' ? meaning : `${meaning}. ${known[0]!.toUpperCase()}${known.slice(1)}`;
  return `  /** ${comment}. */\n  ${key}?: ${typeOf(property)} | undefined;`;
}

function typeOf({ type, enum: choices }: Property): string {
  if (choices) return choices.map((choice) => `'${choice}'`).join(' | ');
  return type === 'integer' ? 'number' : String(type);
}

function boundsOf({
  type,
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
}: Property): string | undefined {
  if (type !== 'integer' && type !== 'number') return undefined;
  const kind = type === 'integer' ? 'an integer' : 'a number';
  const low = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum}`;
  return exclusiveMaximum === undefined
    ? `${kind} ${low} to ${maximum}`
    : `${kind} ${low} to below ${exclusiveMaximum}`;
}
