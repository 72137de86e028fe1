// Writes the functions between src/kernels and the compiled kernels from native/kernels.def. Those of WebAssembly check
// every argument, since compiled code gets bare addresses; those of the add-on, which checks for itself, only turn
// columns into numbers, for those cross the border many times faster than objects.

/** The kernels of the list: { name, parameters: [{ kind, name, more }] } */
function parse(list) {
  const text = list.replace(/\/\*.*?\*\//gs, '').replace(/\s+/g, ' ');
  return [...text.matchAll(/KERNEL\(\w+, (\w+), (.*?)\)(?= KERNEL| #undef)/g)].map(([, name, rest]) => ({
    name,
    parameters: rest.split(/, (?=[A-Z_]+\()/).map((parameter) => {
      const [, kind, inside] = /^([A-Z_]+)\((.*)\)$/.exec(parameter);
      const [variable, ...more] = inside.split(/, (?![^(]*\))/);
      return { kind, name: variable, more: more.join(', ') };
    }),
  }));
}

const flat = (name) => `${name}.of, ${name}.from, ${name}.to`;

/** kind → what is checked before the call, and what is passed */
const WASM = {
  LENGTH: ({ name, more }) => [`const ${name} = ${more}.length;`, name],
  SIZE: ({ name }) => [`size(${name});`, name],
  NUMBER: ({ name }) => ['', name],
  COLUMNS: ({ name, more }) => [`${name} = columnsOf(${name}, ${more});`, `${name}.from, ${name}.to`],
  ROW_COLUMNS: ({ name, more }) => [`${name} = rowColumnsOf(${name}, ${more});`, flat(name)],
  PANELS: ({ name, more }) => [`${name} = panelsOf(${name}, ${more});`, `${name}.from, ${name}.to`],
  WRITE: ({ name, more }) => ['', `at(${name}, ${more})`],
  READ: ({ name, more }) => ['', `at(${name}, ${more})`],
  IDS: ({ name, more }) => ['', `idsAt(${name}, ${more})`],
};

function wasmFunction({ name, parameters }) {
  const parts = parameters.map((parameter) => ({ ...parameter, code: WASM[parameter.kind](parameter) }));
  // sizes first, since all others depend on them
  const early = parts.filter(({ kind }) => kind === 'LENGTH' || kind === 'SIZE');
  const checks = [...early, ...parts.filter((part) => !early.includes(part))].map(({ code }) => code[0]);
  const passed = parts.map(({ code }) => code[1]).join(', ');
  const given = parts.filter(({ kind }) => kind !== 'LENGTH').map((part) => part.name);
  return `${name}(${given.join(', ')}) { ${checks.join(' ')} return wasm.${name}(${passed}); },`;
}

function nativeFunction({ name, parameters }) {
  const given = parameters.filter(({ kind }) => kind !== 'LENGTH');
  const columns = given.filter(({ kind }) => /COLUMNS|PANELS/.test(kind)).map((parameter) => parameter.name);
  if (columns.length === 0) return `${name}: native.${name},`;
  const names = given.map((parameter) => parameter.name);
  const passed = names.map((variable) => (columns.includes(variable) ? flat(`${variable}?`) : variable));
  const without = names.filter((variable) => !columns.includes(variable));
  // numbers that are missing at the end need not cross
  const isLast = names.slice(-columns.length).join() === columns.join();
  const all = `if (!(${columns.join(' || ')})) return native.${name}(${without.join(', ')});`;
  return `${name}(${names.join(', ')}) { ${isLast ? all : ''} return native.${name}(${passed.join(', ')}); },`;
}

export function bindings(list) {
  const kernels = parse(list);
  return `// made by wasm/bindings.js
exports.bindNative = (native) => ({
panel: native.panel,
${kernels.map(nativeFunction).join('\n')}
});
exports.bindWasm = (wasm, { panel, at, idsAt, size, columnsOf, rowColumnsOf, panelsOf, packedSize, panelCount }) => ({
panel,
${kernels.map(wasmFunction).join('\n')}
});
`;
}
