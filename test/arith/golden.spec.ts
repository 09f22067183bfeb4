/** Arithmetic against numpy's own answers, refusals included. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import * as unitball from '../../src/index.ts';
import { UnitballError, type Device, type Tensor } from '../../src/index.ts';
import golden from '../golden/arith.json';
import { type Grid } from '../oracle/grid.ts';
import { magnitudes } from '../oracle/reduce.ts';
import { expectRejects } from '../support/expect.ts';
import {
  goldenGrid,
  goldenInput,
  goldenNumber,
  isRaised,
  type GoldenArray,
  type GoldenOutcome,
} from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Batch, floatsOf, given, tensorOf, type Bound, type FloatDtype } from '../support/tensors.ts';
import { elementwise, exact, reduction, type ElementwiseOp } from '../tolerance.ts';

type Op =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'square'
  | 'exp'
  | 'log'
  | 'clip'
  | 'where'
  | 'sum'
  | 'mean'
  | 'min'
  | 'max'
  | 'argmin'
  | 'argmax'
  | 'concat'
  | 'take'
  | 'transpose';

interface Case {
  readonly op: Op;
  /** Names of inputs, or plain numbers. */
  readonly x: readonly (string | number)[];
  readonly axis?: number | readonly number[];
  readonly axes?: readonly number[];
  readonly indices?: readonly number[];
  readonly keepdims?: boolean;
  readonly expected: GoldenOutcome;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly Case[];

const gridOf = (x: string | number): Grid | undefined => {
  const input = typeof x === 'string' ? inputs[x] : undefined;
  return input && goldenInput(input);
};

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

function run(one: Case, dtype: FloatDtype): Tensor {
  const operands = one.x.map(x => {
    const input = gridOf(x);
    return input ? tensorOf(device, input, dtype) : goldenNumber(x);
  });
  const [a, b, c] = operands as [Tensor, Tensor, Tensor];
  const onDevice = operands.some(x => typeof x !== 'number') ? {} : { device };
  const { op } = one;
  switch (op) {
    case 'concat':
      return unitball.concat(
        operands,
        given({ axis: one.axis as number | undefined, ...(operands.length > 0 ? onDevice : { device }) }),
      );
    case 'take':
      return unitball.take(a, [...(one.indices ?? [])], given({ axis: one.axis as number | undefined }));
    case 'transpose':
      return unitball.transpose(a, one.axes);
    case 'where':
    case 'clip':
      return unitball[op](a, b, c);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return unitball[op](a, b);
    case 'neg':
    case 'abs':
    case 'sqrt':
    case 'square':
    case 'exp':
    case 'log':
      return unitball[op](a);
    default:
      return unitball[op](a, given({ axis: one.axis as number | undefined, keepdims: one.keepdims }));
  }
}

const ELEMENTWISE: readonly string[] = [
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'abs',
  'sqrt',
  'square',
  'exp',
  'log',
  'clip',
  'where',
];

/** The bound of one case. Sums are measured against the terms that cancelled in them. */
function boundOf(one: Case): Bound {
  const { op } = one;
  const [name = ''] = one.x;
  const first = gridOf(name);
  if (op === 'exp') {
    const argument = Math.max(0, ...Array.from(first?.data ?? [], Math.abs).filter(Number.isFinite));
    return precision => elementwise('exp', precision, argument);
  }
  if (ELEMENTWISE.includes(op)) return precision => elementwise(op as ElementwiseOp, precision);
  if (op !== 'sum' && op !== 'mean') return exact;
  const x = first as Grid;
  const total = x.data.length;
  const sizes = magnitudes(x, one.axis);
  const count = total / Math.max(sizes.length, 1);
  return precision => index => reduction(count, precision, (sizes[index] ?? 0) / (op === 'mean' ? count : 1));
}

const label = (one: Case): string =>
  `${one.op}(${one.x.join(', ')}; ${JSON.stringify({ axis: one.axis, axes: one.axes, indices: one.indices, keepdims: one.keepdims })})`;

describe("numpy's answers", () => {
  for (const op of new Set(cases.map(one => one.op))) {
    it(op, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device)) {
        for (const one of cases.filter(candidate => candidate.op === op && !isRaised(candidate.expected)))
          batch.expect(label(one), () => run(one, dtype), goldenGrid(one.expected as GoldenArray), boundOf(one));
        await batch.flush();
      }
      await batch.end();
    });
  }

  it('what numpy refuses is a typed error that names the operation', async () => {
    for (const one of cases.filter(candidate => isRaised(candidate.expected)))
      await expectRejects(
        // At the call where shapes tell, at the read where only values do.
        Promise.resolve().then(() => run(one, 'float32').data()),
        UnitballError,
        one.op,
      );
  });
});
