/**
 * ONNX models, written by hand: the bytes of a protobuf with one graph in it, as ONNX Runtime takes them. It has what the
 * graphs of `onnx.ts` are made of – nodes, constants, inputs of known shapes – and nothing else of the format (onnx.proto3).
 */

/**
 * One operation of a graph: its name in ONNX, the values that it takes, the values that it makes, and its attributes, of which
 * integers are written as such: `{ alpha: -2, transB: 1n }`.
 */
export type Step = readonly [
  op: string,
  takes: readonly string[],
  makes: readonly string[],
  attributes?: Readonly<Record<string, number | bigint>>,
];

export interface Graph {
  /** What each call is given, all of it float32, and its shape. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants: Readonly<Record<string, Constant>>;
  readonly steps: readonly Step[];
  readonly outputs: readonly string[];
  /** Outputs that are int32. */
  readonly integers?: readonly string[];
}

/** Of int64 are axes and counts. */
export interface Constant {
  readonly values: Float32Array | readonly bigint[];
  readonly shape: readonly number[];
}

const IR_VERSION = 8;
const OPSET = 18;
/** TensorProto.DataType. */
const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
/** AttributeProto.AttributeType. */
const OF_FLOAT = 1;
const OF_INT = 2;

export function modelOf({ inputs, constants, steps, outputs, integers = [] }: Graph): Uint8Array {
  const graph = [
    ...steps.map(step => message(1, nodeOf(step))),
    text(2, 'graph'),
    ...Object.entries(constants).map(([name, constant]) => message(5, tensorOf(name, constant))),
    ...Object.entries(inputs).map(([name, shape]) => message(11, valueOf(name, FLOAT, shape))),
    ...outputs.map(name => message(12, valueOf(name, integers.includes(name) ? INT32 : FLOAT))),
  ].flat();
  const opset = [text(1, ''), whole(2, OPSET)];
  return joined([whole(1, IR_VERSION), ...message(7, graph), ...message(8, opset)]);
}

const nodeOf = ([op, takes, makes, attributes = {}]: Step): Uint8Array[] => [
  ...takes.map(name => text(1, name)),
  ...makes.map(name => text(2, name)),
  text(4, op),
  ...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeOf(name, value))),
];

function attributeOf(name: string, value: number | bigint): Uint8Array[] {
  if (typeof value === 'bigint') return [text(1, name), whole(3, value), whole(20, OF_INT)];
  const four = new Uint8Array(4);
  new DataView(four.buffer).setFloat32(0, value, true);
  return [text(1, name), key(2, 5), four, whole(20, OF_FLOAT)];
}

function tensorOf(name: string, { values, shape }: Constant): Uint8Array[] {
  const isReal = values instanceof Float32Array;
  const raw = isReal ? values : BigInt64Array.from(values);
  return [
    ...shape.map(length => whole(1, length)),
    whole(2, isReal ? FLOAT : INT64),
    text(8, name),
    ...message(9, [new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)]),
  ];
}

/** A name, and what it stands for; shapes of outputs are left to the runtime. */
function valueOf(name: string, type: number, shape?: readonly number[]): Uint8Array[] {
  const dims = shape?.flatMap(length => message(1, [whole(1, length)]));
  const tensor = [whole(1, type), ...(dims ? message(2, dims) : [])];
  return [text(1, name), ...message(2, message(1, tensor))];
}

/** Field numbers and how what follows is written: 0 varint, 2 bytes behind their length, 5 four bytes. */
const key = (field: number, wire: 0 | 2 | 5): Uint8Array => varint((field << 3) | wire);

const whole = (field: number, value: number | bigint): Uint8Array => joined([key(field, 0), varint(value)]);

const text = (field: number, value: string): Uint8Array => joined(message(field, [new TextEncoder().encode(value)]));

function message(field: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [key(field, 2), varint(length), ...parts];
}

/** Seven bits a byte, the lowest first. Negative numbers are sign-extended to 64 bits. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
