/*
 * A reader of ONNX files and a plain evaluation of the operators that ours use, written from onnx.proto and the operators'
 * documentation, apart from what writes the files.
 */

type Fields = Map<number, (number | Uint8Array)[]>;

/** The fields of a message: numbers, or bytes. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    if (wire !== 0 && wire !== 2) throw new Error(`wire type ${wire}`);
    let value: number | Uint8Array = varint();
    if (wire === 2) {
      const end = at + value;
      if (end > bytes.length) throw new Error('a field reaches beyond its message');
      value = bytes.subarray(at, end);
      at = end;
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

const messages = (fields: Fields, field: number): Fields[] =>
  ((fields.get(field) ?? []) as Uint8Array[]).map(fieldsOf);
const texts = (fields: Fields, field: number): string[] =>
  ((fields.get(field) ?? []) as Uint8Array[]).map((bytes) => new TextDecoder().decode(bytes));
const numbers = (fields: Fields, field: number): number[] => (fields.get(field) ?? []) as number[];

export interface Tensor {
  shape: number[];
  data: number[];
}

interface Node {
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: Map<string, number | number[] | string[]>;
}

export interface Graph {
  irVersion: number;
  opset: number;
  metadata: Record<string, string>;
  /** names of inputs and outputs with type and axes */
  inputs: [string, number, (number | string)[]][];
  outputs: [string, number, (number | string)[]][];
  initializers: Map<string, Tensor>;
  nodes: Node[];
}

export function readOnnx(bytes: Uint8Array): Graph {
  const model = fieldsOf(bytes);
  const [graph] = messages(model, 7);
  const [opset] = messages(model, 8);
  return {
    irVersion: numbers(model, 1)[0]!,
    opset: numbers(opset!, 2)[0]!,
    metadata: Object.fromEntries(
      messages(model, 14).map((entry) => [texts(entry, 1)[0]!, texts(entry, 2)[0]!]),
    ),
    inputs: messages(graph!, 11).map(valueInfo),
    outputs: messages(graph!, 12).map(valueInfo),
    initializers: new Map(messages(graph!, 5).map((tensor) => [texts(tensor, 8)[0]!, tensorOf(tensor)])),
    nodes: messages(graph!, 1).map((node) => ({
      operator: texts(node, 4)[0]!,
      inputs: texts(node, 1),
      outputs: texts(node, 2),
      attributes: new Map(
        messages(node, 5).map((attribute) => [texts(attribute, 1)[0]!, attributeOf(attribute)]),
      ),
    })),
  };
}

function valueInfo(info: Fields): [string, number, (number | string)[]] {
  const [tensor] = messages(messages(info, 2)[0]!, 1);
  const axes = messages(messages(tensor!, 2)[0]!, 1);
  return [
    texts(info, 1)[0]!,
    numbers(tensor!, 1)[0]!,
    axes.map((axis) => texts(axis, 2)[0] ?? numbers(axis, 1)[0]!),
  ];
}

function tensorOf(tensor: Fields): Tensor {
  const raw = new Uint8Array((tensor.get(9) as Uint8Array[])[0]!).buffer;
  const [type] = numbers(tensor, 2);
  const data = type === 7 ? Array.from(new BigInt64Array(raw), Number) : [...new Float32Array(raw)];
  return { shape: numbers(tensor, 1), data };
}

function attributeOf(attribute: Fields): number | number[] | string[] {
  const [type] = numbers(attribute, 20);
  if (type === 2) return numbers(attribute, 3)[0]!;
  return type === 7 ? numbers(attribute, 8) : texts(attribute, 9);
}

/** Runs a graph in float64. */
export function runOnnx(graph: Graph, inputs: Record<string, Tensor>): Map<string, Tensor> {
  const values = new Map<string, Tensor>([...graph.initializers, ...Object.entries(inputs)]);
  for (const node of graph.nodes) {
    const operands = node.inputs.map((name) => (name === '' ? undefined : values.get(name)!));
    const results = OPERATORS[node.operator]!(operands as Tensor[], node.attributes);
    node.outputs.forEach((name, i) => {
      values.set(name, results[i]!);
    });
  }
  return values;
}

type Operator = (inputs: Tensor[], attributes: Node['attributes']) => Tensor[];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One direction of RNN, LSTM or GRU: `step` of z = W·x + Wb, u = R·h + Rb, h and c, unit by unit. */
function recurrent(
  [X, W, R, B, lengths, h0, c0]: Tensor[],
  step: (z: number[], u: number[], h: number[], c: number[], H: number) => { h: number[]; c: number[] },
): Tensor[] {
  if (lengths !== undefined) throw new Error('expected no lengths');
  const [T, streams, D] = X!.shape as [number, number, number];
  const [, rows, H] = R!.shape as [number, number, number];
  const Y = { shape: [T, 1, streams, H], data: new Array<number>(T * streams * H) };
  const last: { h: number[]; c: number[] }[] = [];
  for (let b = 0; b < streams; b++) {
    let h = h0!.data.slice(b * H, (b + 1) * H);
    let c = c0?.data.slice(b * H, (b + 1) * H) ?? [];
    for (let t = 0; t < T; t++) {
      const x = X!.data.slice((t * streams + b) * D, (t * streams + b + 1) * D);
      const z = Array.from({ length: rows }, (_, r) => dot(W!.data, r * D, x) + B!.data[r]!);
      const u = Array.from({ length: rows }, (_, r) => dot(R!.data, r * H, h) + B!.data[rows + r]!);
      ({ h, c } = step(z, u, h, c, H));
      for (let j = 0; j < H; j++) Y.data[(t * streams + b) * H + j] = h[j]!;
    }
    last.push({ h, c });
  }
  const state = (part: 'h' | 'c') => ({ shape: [1, streams, H], data: last.flatMap((end) => end[part]) });
  return [Y, state('h'), state('c')];
}

const dot = (W: readonly number[], from: number, x: readonly number[]): number =>
  x.reduce((sum, value, k) => sum + value * W[from + k]!, 0);

const OPERATORS: Record<string, Operator> = {
  OneHot([ids, depth, values], attributes) {
    if (attributes.get('axis') !== 2) throw new Error('expected axis 2');
    const [V] = depth!.data as [number];
    const [off, on] = values!.data as [number, number];
    const data = ids!.data.flatMap((id) => Array.from({ length: V }, (_, v) => (v === id ? on : off)));
    return [{ shape: [...ids!.shape, V], data }];
  },
  Gather([table, ids]) {
    const [, N] = table!.shape as [number, number];
    return [
      { shape: [...ids!.shape, N], data: ids!.data.flatMap((id) => table!.data.slice(id * N, (id + 1) * N)) },
    ];
  },
  Squeeze([x, axes]) {
    return [{ shape: x!.shape.filter((_, axis) => !axes!.data.includes(axis)), data: x!.data }];
  },
  Transpose([x]) {
    const [rows, columns] = x!.shape as [number, number];
    const data = Array.from(
      { length: rows * columns },
      (_, i) => x!.data[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    return [{ shape: [columns, rows], data }];
  },
  MatMul([a, b]) {
    const [K, N] = b!.shape as [number, number];
    const M = a!.data.length / K;
    const data: number[] = [];
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += a!.data[m * K + k]! * b!.data[k * N + n]!;
        data.push(sum);
      }
    return [{ shape: [...a!.shape.slice(0, -1), N], data }];
  },
  Add([a, b]) {
    return [{ shape: a!.shape, data: a!.data.map((x, i) => x + b!.data[i % b!.data.length]!) }];
  },
  RNN(inputs, attributes) {
    const [name] = (attributes.get('activations') ?? ['Tanh']) as string[];
    const f = name === 'Relu' ? (x: number) => Math.max(0, x) : Math.tanh;
    return recurrent(inputs, (z, u, _, c) => ({ h: z.map((x, j) => f(x + u[j]!)), c }));
  },
  /** gates i, o, f, c */
  LSTM(inputs) {
    return recurrent(inputs, (z, u, _, before, H) => {
      const gate = (g: number, j: number) => z[g * H + j]! + u[g * H + j]!;
      const c = before.map(
        (value, j) => sigmoid(gate(2, j)) * value + sigmoid(gate(0, j)) * Math.tanh(gate(3, j)),
      );
      return { h: c.map((value, j) => sigmoid(gate(1, j)) * Math.tanh(value)), c };
    });
  },
  /** gates z, r, h */
  GRU(inputs, attributes) {
    if (attributes.get('linear_before_reset') !== 1) throw new Error('expected linear_before_reset');
    return recurrent(inputs, (x, u, before, c, H) => {
      const h = before.map((value, j) => {
        const z = sigmoid(x[j]! + u[j]!);
        const r = sigmoid(x[H + j]! + u[H + j]!);
        const n = Math.tanh(x[2 * H + j]! + r * u[2 * H + j]!);
        return (1 - z) * n + z * value;
      });
      return { h, c };
    });
  },
};
