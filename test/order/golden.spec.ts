/** Orders against numpy's own answers, refusals included; the oracle is judged by the same cases. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { argsort, sort, topk, UnitballError, type Device, type Tensor } from '../../src/index.ts';
import golden from '../golden/order.json';
import type { Grid } from '../oracle/grid.ts';
import { firstOf } from '../oracle/order.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid, isRaised, namedInput, type GoldenArray, type GoldenOutcome } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

interface Case {
  /** `values` and `indices` are those of topk. */
  readonly op: 'argsort' | 'sort' | 'values' | 'indices';
  readonly x: string;
  readonly axis: number;
  readonly descending?: boolean;
  readonly k?: number;
  readonly largest?: boolean;
  readonly expected: GoldenOutcome;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly Case[];
const answered = cases.filter(({ expected }) => !isRaised(expected));

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

function run({ op, axis, descending, k, largest }: Case, x: Tensor): Tensor {
  if (op === 'argsort') return argsort(x, { axis, descending });
  if (op === 'sort') return sort(x, { axis, descending });
  const { values, indices } = topk(x, k ?? 0, { axis, largest });
  const [wanted, other] = op === 'values' ? [values, indices] : [indices, values];
  other.dispose();
  return wanted;
}

const label = ({ op, x, axis, descending, k, largest }: Case): string =>
  `${op}(${x}; ${JSON.stringify({ axis, descending, k, largest })})`;

describe("numpy's answers", () => {
  for (const op of ['argsort', 'sort', 'values', 'indices'] as const)
    it(op, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device))
        for (const one of answered.filter(candidate => candidate.op === op)) {
          const x = tensorOf(device, namedInput(inputs, one.x), dtype);
          batch.expect(label(one), () => run(one, x), goldenGrid(one.expected as GoldenArray), exact);
          x.dispose();
        }
      await batch.end();
    });

  it("are the oracle's, too", () => {
    const findings = new Findings();
    for (const one of answered) {
      const x: Grid = namedInput(inputs, one.x);
      const k = one.k ?? x.shape.at(one.axis) ?? 0;
      const found = firstOf(x, k, one.largest ?? one.descending ?? false, one.axis);
      const expected = goldenGrid(one.expected as GoldenArray);
      const own = one.op === 'argsort' || one.op === 'indices' ? found.indices : found.values;
      findings.shape(own.shape, expected.shape, label(one));
      findings.exact(own.data, expected.data, label(one));
    }
    findings.end();
  });

  it('what numpy refuses is a typed error that names the operation', () => {
    for (const one of cases.filter(({ expected }) => isRaised(expected))) {
      const x = tensorOf(device, namedInput(inputs, one.x));
      expectThrows(() => run(one, x), UnitballError, one.op === 'values' || one.op === 'indices' ? 'topk' : one.op);
    }
  });
});
