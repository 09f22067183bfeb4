/** Completed matrices beside numpy's: iterates, minima that several methods come to, and matrices in units of their spreads. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { completeMatrix, type CompleteMatrixOptions, type Device } from '../../src/index.ts';
import golden from '../golden/completion.json';
import { lengthOf } from '../support/completion.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { few, openLaneDevice } from '../support/lane.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { completed, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

interface Case {
  readonly x: string;
  readonly ways: readonly CompleteMatrixOptions[];
  readonly expected: { readonly x: GoldenArray; readonly plus?: GoldenArray; readonly times?: GoldenArray };
}
const cases = golden.cases as readonly Case[];

async function compare(findings: Findings, { x: name, expected }: Case, options: CompleteMatrixOptions): Promise<void> {
  const x = namedInput(golden.inputs, name);
  const [, n = 0] = x.shape;
  for (const dtype of floatsOf(device)) {
    // What is left of the way to a minimum is some steps of the last one's length; iterates have no way left.
    const steps = options.maxIterations === undefined ? { tolerance: 2e-6 } : { tolerance: 0 };
    const found = await completeMatrix(tensorOf(device, x, dtype), undefined, { ...steps, ...options });
    const precision = options.maxIterations === undefined ? 'single' : precisionOf(found.u);
    const label = `${name}, ${JSON.stringify(options)}, ${dtype}`;
    const [plus, times] = [expected.plus, expected.times].map(one => one && goldenGrid(one).data);
    // In units of what a line is multiplied with: errors of lines in large units are no measure for others.
    const unit = (at: number): number => times?.[at] ?? 1;
    const inUnits = (values: ArrayLike<number>): number[] => Array.from(values, (value, at) => value / unit(at));
    const wanted = inUnits(goldenGrid(expected.x).data);
    const bound = completed(precision, lengthOf(wanted));
    findings.close(inUnits(await found.approximation().data()), wanted, bound, `${label}: x`);
    const rows = Array.from(wanted, (_, at) => Math.floor(at / n));
    const columns = Array.from(wanted, (_, at) => at % n);
    findings.close(inUnits(await found.predict(rows, columns).data()), wanted, bound, `${label}: predict`);
    if (!plus || !times) continue;
    const { center, scale } = found;
    const own = rows.map((i, at) => center.mean + (center.rows[i] ?? NaN) + (center.columns[columns[at] ?? -1] ?? NaN));
    const double = completed('double', lengthOf(plus));
    findings.close(own, plus, double, `${label}: center`);
    const spreads = rows.map((i, at) => (scale.rows[i] ?? NaN) * (scale.columns[columns[at] ?? -1] ?? NaN));
    findings.close(inUnits(spreads), Array(spreads.length).fill(1), completed('double', 1), `${label}: scale`);
  }
}

describe('numpy', () => {
  it("takes the steps of 'svt' and 'hard-impute'", async () => {
    const findings = new Findings();
    for (const method of ['svt', 'hard-impute'])
      for (const one of few(cases.filter(({ ways }) => ways.some(way => way.method === method))))
        for (const way of one.ways) await compare(findings, one, way);
    findings.end();
  });

  it("finds the minimum of 'soft-impute', which 'als' with as large a lambda finds, too, and 'proximal'", async () => {
    const findings = new Findings();
    for (const one of cases.filter(({ ways }) => ways.length > 1))
      for (const way of few(one.ways)) await compare(findings, one, way);
    findings.end();
  });

  it('takes means off, and divides by spreads', async () => {
    const findings = new Findings();
    for (const one of few(cases.filter(({ expected }) => expected.times)))
      for (const way of one.ways) await compare(findings, one, way);
    findings.end();
  });
});
