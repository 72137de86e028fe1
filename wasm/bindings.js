// Writes the functions between src/kernels and the compiled kernels from native/kernels.def. Those of WebAssembly check
// every argument, since compiled code gets bare addresses; those of the add-on, which checks for itself, only turn
// columns into numbers, for those cross the border many times faster than objects.

/** The kernels of the list with their parameters: KIND(name, more) */
export function parseKernels(list) {
  const text = list.replace(/\/\*.*?\*\//gs, '').replace(/\s+/g, ' ');
  return [...text.matchAll(/KERNEL\(\w+, (\w+), (.*?)\)(?= KERNEL| #undef)/g)].map(([, name, rest]) => ({
    name,
    parameters: rest.split(/, (?=[A-Z_]+\()/).map((parameter) => {
      const [, kind, variable, more] = /^([A-Z_]+)\((\w+)(?:, (.*))?\)$/.exec(parameter);
      return { kind, name: variable, more };
    }),
  }));
}

/** kind → the statement that checks a parameter, and what is passed for it */
const WASM = {
  LENGTH: (name, of) => [`const ${name} = ${of}.length;`, [name]],
  SIZE: (name) => [`size(${name});`, [name]],
  NUMBER: (name) => ['', [name]],
  COLUMNS: (name, of) => [`${name} = columnsOf(${name}, ${of});`, [`${name}.from`, `${name}.to`]],
  ROW_COLUMNS: (name, n) => [
    `${name} = rowColumnsOf(${name}, ${n});`,
    [`${name}.of`, `${name}.from`, `${name}.to`],
  ],
  PANELS: (name, of) => [`${name} = panelsOf(${name}, ${of});`, [`${name}.from`, `${name}.to`]],
  WRITE: (name, size) => ['', [`at(${name}, ${size})`]],
  READ: (name, size) => ['', [`at(${name}, ${size})`]],
  IDS: (name, range) => ['', [`idsAt(${name}, ${range})`]],
};

/** What a kernel of WebAssembly gets: addresses and numbers. */
export const wasmArguments = ({ parameters }) =>
  parameters.flatMap(({ kind, name, more }) => WASM[kind](name, more)[1]);

const givenTo = ({ parameters }) => parameters.filter(({ kind }) => kind !== 'LENGTH');

function wasmFunction(kernel) {
  // sizes first, since all others depend on them
  const order = (kind) => Number(kind !== 'LENGTH' && kind !== 'SIZE');
  const checks = kernel.parameters
    .toSorted((a, b) => order(a.kind) - order(b.kind))
    .map(({ kind, name, more }) => WASM[kind](name, more)[0]);
  const given = givenTo(kernel).map(({ name }) => name);
  return `${kernel.name}(${given.join(', ')}) {
    ${checks.filter(Boolean).join('\n    ')}
    return wasm.${kernel.name}(${wasmArguments(kernel).join(', ')});
  },`;
}

function nativeFunction(kernel) {
  const given = givenTo(kernel).map(({ kind, name }) => ({ name, isColumns: /COLUMNS|PANELS/.test(kind) }));
  if (!given.some(({ isColumns }) => isColumns)) return `${kernel.name}: native.${kernel.name},`;
  const passed = given.map(({ name, isColumns }) =>
    isColumns ? `${name}?.of, ${name}?.from, ${name}?.to` : name,
  );
  const first = given.findIndex(({ isColumns }) => isColumns);
  const [before, last] = [given.slice(0, first), given.slice(first)];
  // missing numbers at the end need not cross
  const short = last.every(({ isColumns }) => isColumns)
    ? `if (!(${last.map(({ name }) => name).join(' || ')})) return native.${kernel.name}(${before.map(({ name }) => name).join(', ')});\n    `
    : '';
  return `${kernel.name}(${given.map(({ name }) => name).join(', ')}) {
    ${short}return native.${kernel.name}(${passed.join(', ')});
  },`;
}

export const bindings = (kernels) => `// made by wasm/bindings.js
exports.bindNative = (native) => ({
  panel: native.panel,
  ${kernels.map(nativeFunction).join('\n  ')}
});
exports.bindWasm = ${bindWasm(kernels)};
`;

/** The same for a browser, in one module with the compiled kernels, gzipped: no file has to be found beside it. */
export const portable = (kernels, base64) => `// made by wasm/bindings.js
export const bindWasm = ${bindWasm(kernels)};
export const code = '${base64}';
`;

const bindWasm = (
  kernels,
) => `(wasm, { panel, at, idsAt, size, columnsOf, rowColumnsOf, panelsOf, packedSize, panelCount }) => ({
  panel,
  ${kernels.map(wasmFunction).join('\n  ')}
})`;
