/** Singular values, eigenvalues and vectors beside numpy's, number by number where they are apart; and the worked cases. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { eigh, eigvalsh, svd, svdvals, UnitballError, type Device, type Tensor } from '../../src/index.ts';
import golden from '../golden/linalg-svd.json';
import seed from '../golden/seed/linalg.json';
import type { Grid } from '../oracle/grid.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { precisionOf, singularVector, spectrum } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

interface Case {
  readonly op: 'svd' | 'eigh';
  readonly x: string;
  readonly uplo?: 'L' | 'U';
  readonly u?: GoldenArray;
  readonly s?: GoldenArray;
  readonly vt?: GoldenArray;
  readonly values?: GoldenArray;
  readonly vectors?: GoldenArray;
  readonly raises?: string;
}

const cases = golden.cases as unknown as readonly Case[];
const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

/** The least distance of two values of a matrix, and of one from 0 where `zero` counts as one: what vectors turn by. */
function gapOf(values: Grid, zero: boolean): number {
  const k = values.shape.at(-1) ?? 0;
  const distances = Array.from(values.data).flatMap((value, at) => [
    ...(zero ? [Math.abs(value)] : []),
    ...(at % k === 0 ? [] : [Math.abs(value - (values.data[at - 1] ?? NaN))]),
  ]);
  return Math.min(Infinity, ...distances);
}

async function compare(
  findings: Findings,
  label: string,
  found: { readonly values: Tensor; readonly vectors: readonly Tensor[] },
  expected: { readonly values: Grid; readonly vectors: readonly Grid[] },
  n: number,
  zero: boolean,
): Promise<void> {
  const largest = Math.max(0, ...Array.from(expected.values.data, Math.abs));
  const precision = precisionOf(found.values);
  findings.shape(found.values.shape, expected.values.shape, `${label}: values`);
  findings.close(await found.values.data(), expected.values.data, spectrum(n, precision, largest), `${label}: values`);
  const bound = singularVector(n, precision, largest / gapOf(expected.values, zero));
  for (const [k, vectors] of found.vectors.entries()) {
    findings.shape(vectors.shape, expected.vectors[k]?.shape ?? [], `${label}: vectors ${k}`);
    findings.close(await vectors.data(), expected.vectors[k]?.data ?? [], bound, `${label}: vectors ${k}`);
  }
}

const grids = (...arrays: readonly (GoldenArray | undefined)[]): Grid[] =>
  arrays.map(array => goldenGrid(array ?? { shape: [], data: [] }));

describe("numpy's answers", () => {
  it('svd', async () => {
    const findings = new Findings();
    for (const { x, u, s, vt } of cases.filter(({ op, raises }) => op === 'svd' && raises === undefined))
      for (const dtype of floatsOf(device)) {
        const input = namedInput(inputs, x);
        const found = await svd(tensorOf(device, input, dtype));
        const [values, ...vectors] = grids(s, u, vt) as [Grid, Grid, Grid];
        const n = Math.max(1, ...input.shape.slice(-2));
        const own = { values: found.s, vectors: [found.u, found.vt] };
        await compare(findings, `${x}, ${dtype}`, own, { values, vectors }, n, true);
      }
    findings.end();
  });

  it('eigh', async () => {
    const findings = new Findings();
    for (const { x, uplo, values, vectors } of cases.filter(({ op, raises }) => op === 'eigh' && raises === undefined))
      for (const dtype of floatsOf(device)) {
        const input = namedInput(inputs, x);
        const found = await eigh(tensorOf(device, input, dtype), { uplo });
        const [ownValues, ownVectors] = grids(values, vectors) as [Grid, Grid];
        const n = Math.max(1, input.shape.at(-1) ?? 1);
        const own = { values: found.eigenvalues, vectors: [found.eigenvectors] };
        await compare(findings, `${x}, ${uplo}, ${dtype}`, own, { values: ownValues, vectors: [ownVectors] }, n, false);
      }
    findings.end();
  });

  it('what numpy refuses is a typed error that names the operation', async () => {
    for (const { op, x } of cases.filter(({ raises }) => raises !== undefined)) {
      const input = tensorOf(device, namedInput(inputs, x));
      for (const name of op === 'svd' ? (['svd', 'svdvals'] as const) : (['eigh', 'eigvalsh'] as const))
        await expectRejects({ svd, svdvals, eigh, eigvalsh }[name](input), UnitballError, name);
    }
  });
});

describe('the worked cases', () => {
  it('svdvals', async () => {
    const findings = new Findings();
    for (const { id, function: name, inputs: given, expected } of seed.cases) {
      if (name !== 'svdvals') continue;
      const input = goldenGrid(given.x);
      const right = goldenGrid(expected as GoldenArray);
      for (const dtype of floatsOf(device)) {
        const values = await svdvals(tensorOf(device, input, dtype));
        const bound = spectrum(Math.max(...input.shape), precisionOf(values), right.data[0] ?? 0);
        findings.close(await values.data(), right.data, bound, `${id}, ${dtype}`);
      }
    }
    findings.end();
  });
});
