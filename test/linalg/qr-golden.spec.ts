/** QR factors and randomised SVDs against numpy's and scikit-learn's own answers. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { qr, randomizedSvd, type Device, type Tensor } from '../../src/index.ts';
import golden from '../golden/linalg-qr.json';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkQr, readGrid } from '../support/qr.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { orthogonalFactors, precisionOf, triangle, type Tolerance } from '../tolerance.ts';

interface QrCase {
  readonly x: string;
  readonly mode: 'reduced' | 'complete' | 'r';
  readonly condition: number | null;
  readonly q?: GoldenArray;
  readonly r: GoldenArray;
}

interface SketchCase {
  readonly x: string;
  readonly rank: number;
  readonly u: GoldenArray;
  readonly s: GoldenArray;
  readonly vt: GoldenArray;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const casesOf = <Case>(op: string): Case[] => golden.cases.filter(one => one.op === op) as unknown as Case[];

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe("numpy's and scikit-learn's answers", () => {
  it('qr', async () => {
    const findings = new Findings();
    for (const { x, mode, condition, q, r } of casesOf<QrCase>('qr'))
      for (const dtype of floatsOf(device)) {
        const a = namedInput(inputs, x);
        const label = `qr(${x}, ${mode}), ${dtype}`;
        const given = tensorOf(device, a, dtype);
        const found = mode === 'r' ? { r: qr(given, { mode }) } : qr(given, { mode });
        const bound = (of: Tensor, magnitude: number): Tolerance =>
          triangle(Math.max(...a.shape.slice(-2)), precisionOf(of), condition ?? 0, magnitude);
        const size = Math.max(0, ...Array.from(a.data, Math.abs)) * Math.sqrt(a.shape.at(-2) ?? 0);
        findings.shape(found.r.shape, r.shape, `${label}: R`);
        if (condition !== null)
          findings.close((await readGrid(found.r)).data, goldenGrid(r).data, bound(found.r, size), `${label}: R`);
        if (!('q' in found) || !q) continue;
        if (a.data.length > 0) await checkQr(findings, found, a, label);
        findings.shape(found.q.shape, q.shape, `${label}: Q`);
        // Columns of Q beyond those of the matrix complete a basis, and are what the reflections make of them.
        if (condition !== null)
          findings.close((await readGrid(found.q)).data, goldenGrid(q).data, bound(found.q, 1), `${label}: Q`);
      }
    findings.end();
  });

  it('randomizedSvd', async () => {
    const findings = new Findings();
    for (const { x, rank, u, s, vt } of casesOf<SketchCase>('randomizedSvd')) {
      const a = namedInput(inputs, x);
      const found = await randomizedSvd(tensorOf(device, a), { rank });
      const [largest = 0, ...others] = Array.from(goldenGrid(s).data);
      const error = orthogonalFactors(Math.max(...a.shape), precisionOf(found.s));
      const label = `randomizedSvd(${x}, ${rank})`;
      findings.close(
        (await readGrid(found.s)).data,
        goldenGrid(s).data,
        { relative: 0, absolute: error * largest },
        label,
      );
      // Directions are as sure as values are apart: these halve at least, or stand above nothing.
      const least = Math.min(largest, ...others);
      const ofVectors = { relative: 0, absolute: (4 * error * largest) / least };
      findings.close((await readGrid(found.u)).data, goldenGrid(u).data, ofVectors, `${label}: U`);
      findings.close((await readGrid(found.vt)).data, goldenGrid(vt).data, ofVectors, `${label}: Vᵀ`);
    }
    findings.end();
  });
});
