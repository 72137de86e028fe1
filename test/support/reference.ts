import { type Declaration, declarationsOf, type Node } from '../../declarations.js';

/*
 * docs/api.md, made from the declarations of the package and their comments.
 */

/** What a reader looks for; the others follow in the order in which these speak of them. */
const FIRST = ['load', 'train', 'Model', 'Sample', 'Session', 'TrainRun'];

/** What a comment says. */
interface Comment {
  text: string;
  params: string[];
  throws: string | undefined;
  example: string | undefined;
}

interface Member {
  signature: string;
  comment: Comment;
  isMethod: boolean;
}

/** @param entry the package's file of declarations */
export function referencePage(entry: string): string {
  const all = declarationsOf(entry);
  const byName = new Map(all.map((declaration) => [declaration.name, declaration]));
  const exported = all.filter(({ exported }) => exported !== undefined && exported !== 'Inspection');
  const rank = ({ exported }: Declaration) => [...FIRST, exported].indexOf(exported);
  const sections = exported.sort((a, b) => rank(a) - rank(b)).map((one) => section(one, byName));
  return `# Library reference

What \`@rnn-lecture/rnn\` exports, made from its declarations by \`npm run docs\`; how to use it: [library.md](library.md), in
a browser [browser.md](browser.md). \`Inspection\`, what \`model.inspect\` finds, is the object that \`rnn inspect-gradients --json\`
prints, explained in [gradients.md](gradients.md).

${sections.join('\n')}`.replace(/\n{3,}/g, '\n\n');
}

function section(declaration: Declaration, byName: ReadonlyMap<string, Declaration>): string {
  const { exported, node, doc, text } = declaration;
  const comment = read(doc);
  const title = `## ${exported}\n\n${comment.text && `${comment.text}\n\n`}`;
  if (node.type === 'TSDeclareFunction') return `${title}${code(signature(text))}${details(comment)}`;
  if (node.type !== 'TSInterfaceDeclaration' && node.type !== 'ClassDeclaration')
    return `${title}${code(bare(text))}${details(comment)}`;
  const members = membersOf(declaration, byName);
  const properties = members.filter(({ isMethod }) => !isMethod);
  const methods = members.filter(({ isMethod }) => isMethod);
  const bases = basesOf(node).filter((name) => byName.get(name)?.exported !== undefined);
  const extended = bases.length === 0 ? '' : `Beside what ${bases.map(link).join(' and ')} has:\n\n`;
  return `${title}${details(comment)}${extended}${table(properties)}${methods.map(method).join('')}`;
}

const link = (name: string): string => `[${name}](#${name.toLowerCase()})`;
const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\`\n\n`;
const bare = (text: string): string => text.replace(/^export /, '').replace(/^declare /, '');
const signature = (text: string): string =>
  bare(text)
    .replace(/^function /, '')
    .replace(/;$/, '');

function table(properties: readonly Member[]): string {
  if (properties.length === 0) return '';
  const rows = properties.map(({ signature, comment }) => {
    const [, name, type] = /^(?:readonly )?(\w+\??): (.*);$/s.exec(signature)!;
    const shown = type!
      .replace(/ \| undefined$/, '')
      .replaceAll('|', '\\|')
      .replace(/\s+/g, ' ');
    return `| \`${name}\` | \`${shown}\` | ${comment.text.replaceAll('|', '\\|')}${thrown(comment)} |`;
  });
  return `| name | type | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n\n`;
}

const thrown = ({ throws }: Comment): string => (throws === undefined ? '' : ` Throws ${throws}`);

const method = ({ signature, comment }: Member): string =>
  `### \`${signature.replace(/;$/, '')}\`\n\n${comment.text && `${comment.text}\n\n`}${details(comment)}`;

function details({ params, throws, example }: Comment): string {
  const lines = [
    ...params.map((param) => `- ${param}`),
    ...(throws === undefined ? [] : [`- throws ${throws}`]),
  ];
  return `${lines.length > 0 ? `${lines.join('\n')}\n\n` : ''}${example === undefined ? '' : code(example)}`;
}

/** Its own members, and those of what it extends where that is not exported by itself. */
function membersOf(declaration: Declaration, byName: ReadonlyMap<string, Declaration>): Member[] {
  const { node, text, start } = declaration;
  const { body, start: from } = node.body as Node & { body: Node[] };
  let end = from + 1;
  const own = body.flatMap((member) => {
    const doc = text.slice(end - start, member.start - start);
    end = member.end;
    const signature = text.slice(member.start - start, member.end - start).replace(/\s+/g, ' ');
    const isHidden = signature.startsWith('#') || member.kind === 'constructor';
    const isMethod = /^(TSMethodSignature|TSAbstractMethodDefinition|MethodDefinition)$/.test(member.type);
    return isHidden ? [] : [{ signature, comment: read(doc), isMethod }];
  });
  const inherited = basesOf(node).flatMap((name) => {
    const base = byName.get(name);
    return base && base.exported === undefined ? membersOf(base, byName) : [];
  });
  return [...inherited, ...own];
}

const basesOf = (node: Node): string[] =>
  ((node.extends ?? []) as { expression: { name: string } }[]).map(({ expression }) => expression.name);

/** A comment without its stars, and with its tags apart. */
function read(doc: string): Comment {
  const lines = doc
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [text = '', ...tags] = lines
    .join('\n')
    .trim()
    .split(/^@|(?<=\s)@(?=param|throws)/m);
  const valuesOf = (name: string) =>
    tags
      .filter((tag) => tag.startsWith(`${name} `) || tag.startsWith(`${name}\n`))
      .map((tag) => tag.slice(name.length).trim());
  const flow = (value: string) => value.replace(/\s*\n\s*/g, ' ');
  const params = valuesOf('param').map((param) => flow(param).replace(/^(\w+) /, '`$1`: '));
  const [throws] = valuesOf('throws').map(flow);
  return { text: flow(text.trim()), params, throws, example: valuesOf('example')[0] };
}
