// What a program sees of an entry of the package, in one file of declarations: those that its exports lead to and no
// others, so that its types need no library.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/**
 * @param entry a .d.ts file that tsc wrote
 * @returns declarations in the order of their names' appearance: name, doc (its comment), text, node, and the name it is
 *   exported by, if it is
 */
export function declarationsOf(entry) {
  const files = new Map();
  const found = new Map();
  const { exports } = read(entry, files);
  for (const [name, target] of exports) {
    const place = locate(entry, target, files);
    include(place);
    found.get(place.name).exported = name;
  }
  return [...found.values()];

  function include({ file, name }, as = name) {
    const declaration = read(file, files).declarations.get(name);
    if (!declaration) throw new Error(`${file}: no declaration of ${name}`);
    if (as !== name) throw new Error(`${file}: ${name} is called ${as} elsewhere`);
    const known = found.get(name);
    if (known && known.file !== file) throw new Error(`${name}: declared in ${known.file} and in ${file}`);
    if (known) return;
    found.set(name, { ...declaration, name, file, exported: undefined });
    for (const used of namesIn(declaration.node)) {
      const target = scopeOf(file, files).get(used);
      if (target) include(locate(file, target, files), used);
    }
  }
}

/** The text of a file of declarations. */
export function declarationFile(declarations) {
  const texts = declarations.map(({ name, doc, text, exported }) => {
    const bare = text.replace(/^export /, '').replace(/^declare /, '');
    const isType = /^(interface|type) /.test(bare);
    const renamed = exported !== undefined && exported !== name ? `\nexport { ${name} as ${exported} };` : '';
    return `${doc}${doc && '\n'}${exported === name ? 'export ' : ''}${isType ? '' : 'declare '}${bare}${renamed}`;
  });
  return `/// <reference lib="esnext.disposable" preserve="true" />\n${texts.join('\n')}\nexport {};\n`;
}

/** What a file declares, imports and exports: name → where it comes from. */
function read(file, files) {
  const known = files.get(file);
  if (known) return known;
  const source = readFileSync(file, 'utf8');
  const module = { declarations: new Map(), imports: new Map(), exports: new Map(), all: [] };
  files.set(file, module);
  let end = 0;
  for (const node of parseAst(source, { lang: 'dts', astType: 'ts', sourceType: 'module' }).body) {
    const [doc = ''] = /\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*$/.exec(source.slice(end, node.start)) ?? [];
    end = node.end;
    const from = node.source && fileOf(node.source.value, file);
    const { declaration = node } = node;
    if (node.type === 'ImportDeclaration')
      for (const { local, imported } of node.specifiers)
        module.imports.set(local.name, { from, name: imported?.name });
    else if (node.type === 'ExportAllDeclaration') module.all.push(from);
    else if (node.specifiers?.length > 0)
      for (const { local, exported } of node.specifiers)
        module.exports.set(exported.name, { from: from ?? file, name: local.name });
    else if (declaration)
      for (const { id } of declaration.declarations ?? [declaration]) {
        if (!id) continue;
        const text = source.slice(node.start, node.end);
        module.declarations.set(id.name, { doc: doc.trim(), text, start: node.start, node: declaration });
        if (node.declaration) module.exports.set(id.name, { from: file, name: id.name });
      }
  }
  return module;
}

const fileOf = (specifier, importer) =>
  specifier.startsWith('.') ? resolve(dirname(importer), specifier.replace(/\.ts$/, '.d.ts')) : specifier;

function scopeOf(file, files) {
  const { declarations, imports } = read(file, files);
  return new Map([...imports, ...[...declarations.keys()].map((name) => [name, { from: file, name }])]);
}

/** The file that declares what a name stands for. */
function locate(importer, { from, name }, files) {
  if (!from.endsWith('.d.ts')) throw new Error(`${importer}: ${name} comes from the library ${from}`);
  const { declarations, imports, exports, all } = read(from, files);
  if (declarations.has(name)) return { file: from, name };
  const target = imports.get(name) ?? exports.get(name);
  if (target) return locate(from, target, files);
  for (const other of all) {
    const found = locate(importer, { from: other, name }, files);
    if (found) return found;
  }
  return undefined;
}

/** Names that a declaration speaks of; those of its members are its own. */
function namesIn(node, names = new Set()) {
  if (Array.isArray(node)) for (const child of node) namesIn(child, names);
  else if (node && typeof node === 'object') {
    if (node.type === 'Identifier') names.add(node.name);
    for (const [key, child] of Object.entries(node))
      if (key !== 'parent' && !(key === 'key' && !node.computed)) namesIn(child, names);
  }
  return names;
}
