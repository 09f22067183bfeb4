/**
 * The wasm kernels of the map primitive beside the loop of the cpu device. Nearly every operation rounds once, so results
 * are the same to the bit: float32 that were rounded from doubles, and whole numbers modulo 2³².
 */
import { describe, it } from 'vitest';
import { lowering } from '../../src/tensor/map/wasm.ts';
import { runMapOnCpu } from '../../src/tensor/map/cpu.ts';
import type { MapOperand, MapPlan } from '../../src/tensor/map/map.ts';
import { rowMajor, sizeOf, spanOf, viewOf, type Dtype } from '../../src/tensor/index.ts';
import { Findings, type Allowed } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { runLowered } from '../support/wasm-run.ts';
import { elementwise, exact } from '../tolerance.ts';

type Apply = (a: number, b: number, c: number) => number;

/** The precision of those that are not exact; arguments of `exp` that neither end at 0 nor at ∞ are below 104. */
const LARGEST = 104;

const held: Apply = (a, b, c) => Math.min(Math.max(a, b), c);

/** What each does, and the dtypes of operands and output. */
const OPERATIONS: readonly (readonly [operation: string, apply: Apply, dtypes: string, bound?: Allowed])[] = [
  ['copy', a => a, 'f f'],
  ['copy', a => a, 'u u'],
  ['cast', a => a, 'u f'],
  ['castToUint', a => (a >= 4294967295 ? 4294967295 : a > 0 ? Math.floor(a) : 0), 'f u'],
  ['add', (a, b) => a + b, 'f f f'],
  ['sub', (a, b) => a - b, 'f f f'],
  ['mul', (a, b) => a * b, 'f f f'],
  ['div', (a, b) => a / b, 'f f f'],
  ['neg', a => -a, 'f f'],
  ['abs', Math.abs, 'f f'],
  ['sqrt', Math.sqrt, 'f f'],
  ['square', a => a * a, 'f f'],
  ['clip', held, 'f f f f'],
  ['exp', Math.exp, 'f f', elementwise('exp', 'single', LARGEST)],
  ['log', Math.log, 'f f', elementwise('log', 'single')],
  ['where', (a, b, c) => (a === 0 ? c : b), 'f f f f'],
  ['where', (a, b, c) => (a === 0 ? c : b), 'f u u u'],
  ['where-uint32', (a, b, c) => (a === 0 ? c : b), 'u f f f'],
  ['where-uint32', (a, b, c) => (a === 0 ? c : b), 'u u u u'],
  ['add-uint32', (a, b) => a + b, 'u u u'],
  ['sub-uint32', (a, b) => a - b, 'u u u'],
  ['mul-uint32', Math.imul, 'u u u'],
  ['square-uint32', a => Math.imul(a, a), 'u u'],
  ['clip-uint32', held, 'u u u u'],
  ['share', (a, b) => (b === 0 ? 0 : a / b), 'f f f'],
  ['hard', (a, b) => (Math.abs(a) <= b ? 0 : a), 'f f f'],
  ['sign', Math.sign, 'f f'],
  ['share-at-least', (a, b, c) => (Math.max(b, c) === 0 ? 0 : a / Math.max(b, c)), 'f f f f'],
];

const EDGES = {
  float32: [0, -0, NaN, Infinity, -Infinity, 1, -1, 2 ** 127, -(2 ** 127), 2 ** -126, 2 ** -149, 3e9, 2.5, -0.5],
  uint32: [0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0xffffff, 0x1000001],
} as const;

type Kind = keyof typeof EDGES;

/** A walk: strides of the operands and of the output; what is left out is row-major. A number is a value. */
interface Case {
  readonly shape: readonly number[];
  readonly operands?: readonly (readonly number[] | number | undefined)[];
  readonly offset?: number;
  readonly out?: readonly number[];
}

const CASES: readonly Case[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 31, 1023, 1024, 1027, 5000].map(n => ({ shape: [n] })),
  { shape: [] },
  { shape: [300_001] },
  // Rows and columns that repeat, values, and views with gaps.
  { shape: [7, 33], operands: [undefined, [1, 0], [0, 1]] },
  { shape: [7, 33], operands: [[0, 1], 2, 3] },
  { shape: [70, 3], operands: [undefined, [0, 1], [1, 0]] },
  { shape: [7, 33], operands: [[40, 1], [33, 1], 1], offset: 3 },
  {
    shape: [6, 50],
    operands: [
      [100, 2],
      [1, 6],
      [0, 0],
    ],
    offset: 1,
  },
  // Transposed, in and out.
  { shape: [40, 700], operands: [[1, 40], [700, 1], 0] },
  { shape: [300, 300], operands: [[1, 300]] },
  { shape: [9, 20], out: [1, 9] },
  { shape: [9, 20], out: [31, 1], offset: 2 },
  {
    shape: [4, 5, 6],
    operands: [
      [30, 1, 5],
      [0, 6, 1],
      [1, 0, 4],
    ],
    out: [40, 7, 1],
  },
  { shape: [2, 3, 4, 5, 6], operands: [[360, 120, 30, 6, 1].toReversed()] },
  { shape: [0, 5] },
];

const DTYPES: Readonly<Record<string, Kind>> = { f: 'float32', u: 'uint32' };

function numbers(dtype: Dtype, count: number, random: Random): Float32Array | Uint32Array {
  const edges = EDGES[dtype as Kind];
  return dtype === 'uint32'
    ? Uint32Array.from({ length: count }, (_, k) => edges[(k * 7) % (edges.length + 9)] ?? random.bits())
    : random.normal(count, 10).map((x, k) => edges[(k * 5) % (edges.length + 9)] ?? x);
}

function compare(
  findings: Findings,
  [operation, apply, dtypes, bound = exact]: (typeof OPERATIONS)[number],
  given: Case,
): void {
  const { shape, offset = 0 } = given;
  const kinds = dtypes.split(' ').map(letter => DTYPES[letter] ?? 'float32');
  const outDtype = kinds.pop() as Kind;
  const random = new Random(sizeOf(shape) + kinds.length);
  const reads: Uint8Array[] = [];
  const operands = kinds.map((dtype, k): MapOperand => {
    const walk = given.operands?.[k] ?? rowMajor(shape);
    // Of operands that are values one must remain a tensor.
    if (typeof walk === 'number' && k > 0) return { kind: 'value', dtype, value: walk };
    const strides = typeof walk === 'number' ? rowMajor(shape) : walk;
    reads.push(new Uint8Array(numbers(dtype, sizeOf(shape) && offset + spanOf(shape, strides), random).buffer));
    return { kind: 'tensor', dtype, offset, strides };
  });
  const strides = given.out ?? rowMajor(shape);
  const plan: MapPlan = { shape, operands, out: { dtype: outDtype, offset, strides } };
  const bytes = sizeOf(shape) && (offset + spanOf(shape, strides)) * 4;
  // What lies between must stay as it was.
  const fresh = (): Uint8Array => new Uint8Array(bytes).fill(0x3f);
  const expected = fresh();
  runMapOnCpu(apply, plan, reads, [expected]);
  const label = `${operation} of [${shape.join(', ')}], ${JSON.stringify(given)}`;
  for (const maxRangeBytes of [2 ** 31, sizeOf(shape) < 10_000 ? 4096 : 2 ** 16]) {
    const lowered = lowering({ wasm: operation })(plan, { maxRangeBytes });
    if (!lowered) {
      findings.check(false, `${label}: not lowered`);
      continue;
    }
    const fits = lowered.passes.every(pass => pass.buffers.every(range => range.bytes <= maxRangeBytes));
    findings.check(fits, `${label}: a range of more than ${maxRangeBytes} bytes`);
    for (const options of [{ order: 'forward' }, { order: 'backward', build: 'plain' }] as const) {
      const out = fresh();
      runLowered(lowered, reads, [out], options);
      findings.close(viewOf(out, outDtype), viewOf(expected, outDtype), bound, `${label}, ranges of ${maxRangeBytes}`);
    }
  }
}

describe('maps on wasm', () => {
  it('every operation on rows of all lengths, with all numbers that are special', () => {
    const findings = new Findings();
    for (const one of OPERATIONS)
      for (const given of [{ shape: [5] }, { shape: [4097] }, { shape: [5, 64], operands: [undefined, [1, 0], 2] }])
        compare(findings, one, given);
    findings.end();
  });

  it('every walk', () => {
    const findings = new Findings();
    for (const one of OPERATIONS.filter(([name]) => ['copy', 'div', 'clip'].includes(name)))
      for (const given of CASES) compare(findings, one, given);
    findings.end();
  });

  it('exponentials and logarithms to their ends', () => {
    const findings = new Findings();
    // Densely where results become subnormal, 0 and ∞, and around 0 and 1; sparsely elsewhere.
    const near = (centre: number, width: number): number[] =>
      Array.from({ length: 4001 }, (_, k) => centre + ((k - 2000) / 2000) * width);
    const arguments_ = {
      exp: [...near(0, 104), ...near(0, 1e-3), ...near(88.7228, 1e-3), ...near(-87.3, 0.5), ...near(-103.97, 0.5)],
      log: [...near(1, 0.5), ...near(1, 1e-4), ...near(0, 120).map(x => 2 ** x), ...near(-137, 12).map(x => 2 ** x)],
    };
    for (const [name, apply] of [
      ['exp', Math.exp],
      ['log', Math.log],
    ] as const) {
      const x = Float32Array.from(arguments_[name]);
      const walk = { dtype: 'float32', offset: 0, strides: [1] } as const;
      const plan = { shape: [x.length], operands: [{ kind: 'tensor', ...walk }], out: walk } as const;
      const lowered = lowering({ wasm: name })(plan, { maxRangeBytes: 2 ** 31 });
      const out = new Float32Array(x.length);
      if (lowered) runLowered(lowered, [new Uint8Array(x.buffer)], [new Uint8Array(out.buffer)]);
      findings.close(
        out,
        Float32Array.from(x, apply),
        index => elementwise(name, 'single', Math.abs(x[index] ?? NaN)),
        name,
      );
    }
    findings.end();
  });

  it('doubles and unknown expressions fall through', () => {
    const findings = new Findings();
    const operand = { kind: 'tensor', dtype: 'float64', offset: 0, strides: [1] } as const;
    const plan = { shape: [3], operands: [operand], out: { dtype: 'float32', offset: 0, strides: [1] } } as const;
    findings.check(
      lowering({ wasm: 'copy' })(plan, { maxRangeBytes: 2 ** 31 }) === undefined,
      'doubles have no kernel',
    );
    const single = { ...plan, operands: [{ ...operand, dtype: 'float32' }] } as const;
    findings.check(
      lowering({ wasm: 'cosine' })(single, { maxRangeBytes: 2 ** 31 }) === undefined,
      'cosine has no kernel',
    );
    findings.end();
  });
});
