/** The bytes of an ONNX model as the benchmark writes them, read back by the format's own rules. */
import { describe, expect, it } from 'vitest';
import { modelOf } from '../../bench/peers/onnx-model.ts';

type Field = readonly [number: number, value: bigint | Uint8Array];

/** The fields of a message, in order: varints as numbers, all others as bytes. */
function fieldsOf(bytes: Uint8Array): Field[] {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const fields: Field[] = [];
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) {
      fields.push([key >> 3, varint()]);
      continue;
    }
    const length = wire === 5 ? 4 : Number(varint());
    fields.push([key >> 3, bytes.subarray(at, at + length)]);
    at += length;
  }
  expect(at).toBe(bytes.length);
  return fields;
}

const all = (fields: readonly Field[], number: number): (bigint | Uint8Array)[] =>
  fields.filter(([own]) => own === number).map(([, value]) => value);
const bytesAt = (fields: readonly Field[], number: number): Uint8Array => {
  const [value] = all(fields, number);
  if (!(value instanceof Uint8Array)) throw new Error(`field ${number} is not bytes`);
  return value;
};
const textAt = (fields: readonly Field[], number: number): string => new TextDecoder().decode(bytesAt(fields, number));
const messages = (fields: readonly Field[], number: number): Field[][] =>
  all(fields, number).map(value => fieldsOf(value as Uint8Array));

describe('an ONNX model', () => {
  const model = fieldsOf(
    modelOf({
      inputs: { x: [300, 2] },
      constants: {
        axes: { values: [-1n], shape: [1] },
        half: { values: Float32Array.of(0.5), shape: [] },
      },
      steps: [['Gemm', ['x', 'half'], ['y'], { transB: 1n, alpha: -2 }]],
      outputs: ['y', 'z'],
      integers: ['z'],
    }),
  );
  const [graph = []] = messages(model, 7);

  it('names its versions', () => {
    expect(all(model, 1)).toEqual([8n]);
    expect(messages(model, 8).map(opset => [textAt(opset, 1), all(opset, 2)])).toEqual([['', [18n]]]);
  });

  it('has nodes with attributes of both kinds', () => {
    const [node = []] = messages(graph, 1);
    expect(textAt(node, 4)).toBe('Gemm');
    expect(all(node, 1).map(name => new TextDecoder().decode(name as Uint8Array))).toEqual(['x', 'half']);
    const [transB = [], alpha = []] = messages(node, 5);
    expect([textAt(transB, 1), all(transB, 3), all(transB, 20)]).toEqual(['transB', [1n], [2n]]);
    const float = bytesAt(alpha, 2);
    expect(new DataView(float.buffer, float.byteOffset).getFloat32(0, true)).toBe(-2);
    expect([textAt(alpha, 1), all(alpha, 20)]).toEqual(['alpha', [1n]]);
  });

  it('has constants of both kinds', () => {
    const [axes = [], half = []] = messages(graph, 5);
    expect([textAt(axes, 8), all(axes, 1), all(axes, 2)]).toEqual(['axes', [1n], [7n]]);
    expect([...bytesAt(axes, 9)]).toEqual(new Array(8).fill(255));
    expect([textAt(half, 8), all(half, 1), all(half, 2)]).toEqual(['half', [], [1n]]);
    expect([...bytesAt(half, 9)]).toEqual([0, 0, 0, 0x3f]);
  });

  it('has inputs with shapes, and outputs with types alone', () => {
    const [x = []] = messages(graph, 11);
    const [tensor = []] = messages(messages(x, 2).flat(), 1);
    const dims = messages(messages(tensor, 2).flat(), 1).map(dim => all(dim, 1));
    expect([textAt(x, 1), all(tensor, 1), dims]).toEqual(['x', [1n], [[300n], [2n]]]);
    const outputs = messages(graph, 12).map(output => {
      const [type = []] = messages(messages(output, 2).flat(), 1);
      return [textAt(output, 1), type];
    });
    expect(outputs).toEqual([
      ['y', [[1, 1n]]],
      ['z', [[1, 6n]]],
    ]);
  });
});
