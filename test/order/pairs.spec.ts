/** Selecting over pairs of numbers and given ids, as a search merges its partial results: ties go by id, not by place. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DtypeError, ShapeError, type Device, type Tensor } from '../../src/index.ts';
import { select, selectInto, type Selection } from '../../src/order/index.ts';
import { Scope } from '../../src/tensor/index.ts';
import { orderOf } from '../oracle/order.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { rowsOf, ROW_KINDS } from '../support/orders.ts';
import { Random } from '../support/random.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

function selected(x: Tensor, selection: Selection): { values: Tensor; indices: Tensor } {
  const scope = new Scope();
  const { values, indices } = select('test', x, selection, { values: true, ids: true }, scope);
  scope.close();
  if (!values || !indices) throw new Error('both were asked for');
  return { values, indices };
}

/** The whole numbers below `count`, shuffled. */
function shuffled(count: number, seed: number): number[] {
  const random = new Random(seed);
  const keys = Array.from({ length: count }, () => random.bits());
  return keys.map((_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
}

describe('pairs', () => {
  it('ties go by id, whatever the place', async () => {
    const findings = new Findings();
    for (const kind of ROW_KINDS)
      for (const [n, k] of [
        [1, 1],
        [50, 7],
        [700, 700],
        [3000, 64],
      ] as const) {
        const x = rowsOf(kind, [2, n]);
        const ids = [1, 2].map(seed => shuffled(n, seed).map(id => 0xffffffff - 3 * id));
        const { values, indices } = selected(tensorOf(device, x), {
          axis: 1,
          k,
          largest: false,
          ids: device.tensor(Uint32Array.from(ids.flat()), [2, n]),
        });
        const [v, found] = await Promise.all([values.data(), indices.data()]);
        ids.forEach((own, row) => {
          const numbers = Array.from(x.data).slice(row * n, row * n + n);
          const order = orderOf(numbers, false, own).slice(0, k);
          const label = `${kind}, ${k} of ${n}, row ${row}`;
          findings.exact(
            found.slice(row * k, row * k + k),
            order.map(at => own[at] ?? NaN),
            `${label}: ids`,
          );
          findings.exact(
            v.slice(row * k, row * k + k),
            order.map(at => numbers[at] ?? NaN),
            `${label}: values`,
          );
        });
      }
    findings.end();
  });

  it('one row of ids serves all rows', async () => {
    const ids = device.tensor(Uint32Array.of(9, 4, 7));
    const { indices } = selected(
      device.tensor([
        [1, 1, 0],
        [5, 6, 6],
      ]),
      { axis: 1, k: 2, largest: true, ids },
    );
    expect(await indices.toArray()).toEqual([
      [4, 9],
      [4, 7],
    ]);
    const down = selected(
      device.tensor([
        [1, 5],
        [1, 6],
        [0, 6],
      ]),
      { axis: 0, k: 2, largest: true, ids },
    );
    expect(await down.indices.toArray()).toEqual([
      [4, 4],
      [9, 7],
    ]);
  });

  it('lists of parts merge to the list of the whole', async () => {
    const findings = new Findings();
    for (const [parts, length, k] of [
      [3, 40, 10],
      [20, 300, 64],
      [9, 2000, 600],
    ] as const) {
      const rows = 2;
      const x = rowsOf('duplicates', [rows, parts * length]);
      const whole = tensorOf(device, x);
      const cut = whole.reshape([rows, parts, length]);
      const part = selected(cut, { axis: 2, k, largest: false });
      const offsets = Array.from({ length: rows * parts * k }, (_, i) => (Math.floor(i / k) % parts) * length);
      const places = await part.indices.data();
      const ids = device.tensor(
        Uint32Array.from(places, (place, i) => place + (offsets[i] ?? 0)),
        [rows, parts * k],
      );
      const merged = selected(part.values.reshape([rows, parts * k]), { axis: 1, k, largest: false, ids });
      const direct = selected(whole, { axis: 1, k, largest: false });
      findings.exact(await merged.indices.data(), await direct.indices.data(), `${parts} lists of ${k}: ids`);
      findings.exact(await merged.values.data(), await direct.values.data(), `${parts} lists of ${k}: values`);
    }
    findings.end();
  });

  it('selections become parts of lists, their ids counted from any number', async () => {
    const findings = new Findings();
    const [rows, length, k] = [3, 900, 20];
    const x = rowsOf('duplicates', [rows, 2 * length]);
    const whole = tensorOf(device, x);
    const scope = new Scope();
    // The first row of lists, and two places behind the parts, stay as they are.
    const places = 2 * k + 2;
    const [values, indices] = [
      device.tensor(new Float32Array((rows + 1) * places).fill(-9), [rows + 1, places]),
      device.tensor(new Uint32Array((rows + 1) * places).fill(7), [rows + 1, places]),
    ];
    for (const part of [0, 1])
      selectInto(
        'test',
        whole.slice(part * length, (part + 1) * length, { axis: 1 }),
        { k },
        { values, indices, row: 1, column: part * k },
        part * length,
        scope,
      );
    scope.close();
    const [v, ids] = await Promise.all([values.data(), indices.data()]);
    findings.exact([...v.slice(0, places), ...v.slice(-2)], new Array(places + 2).fill(-9), 'values around');
    findings.exact([...ids.slice(0, places), ...ids.slice(-2)], new Array(places + 2).fill(7), 'ids around');
    for (let row = 0; row < rows; row++)
      for (const part of [0, 1]) {
        const first = row * 2 * length + part * length;
        const order = orderOf(Array.from(x.data).slice(first, first + length), false).slice(0, k);
        const at = (row + 1) * places + part * k;
        findings.exact(
          ids.slice(at, at + k),
          order.map(place => place + part * length),
          `row ${row}, part ${part}: ids`,
        );
        findings.exact(
          v.slice(at, at + k),
          order.map(place => x.data[first + place] ?? NaN),
          `row ${row}, part ${part}: values`,
        );
      }
    findings.end();
  });

  it('what fills up short lists comes last', async () => {
    const x = device.tensor([2, Infinity, 1, Infinity, NaN]);
    const ids = device.tensor(Uint32Array.of(5, 0xffffffff, 3, 8, 0xffffffff));
    const { values, indices } = selected(x, { axis: 0, k: 5, largest: false, ids });
    expect(await values.toArray()).toEqual([1, 2, Infinity, Infinity, NaN]);
    expect(await indices.toArray()).toEqual([3, 5, 8, 0xffffffff, 0xffffffff]);
  });

  it('one of both results alone', async () => {
    const scope = new Scope();
    const selection = { axis: 0, k: 2, largest: true };
    const x = device.tensor([3, 1, 2]);
    const { values, indices } = select('test', x, selection, { values: true, ids: false }, scope);
    expect([await values?.toArray(), indices]).toEqual([[3, 2], undefined]);
    const other = select('test', x, selection, { values: false, ids: true }, scope);
    expect([other.values, await other.indices?.toArray()]).toEqual([undefined, [0, 2]]);
    scope.close();
  });

  it('ids that do not fit are refused', () => {
    const x = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const run = (ids: Tensor) => () => selected(x, { axis: 1, k: 1, largest: true, ids });
    expectThrows(
      run(
        device.tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
      DtypeError,
      'test',
      'uint32',
    );
    expectThrows(run(device.tensor(Uint32Array.of(1, 2))), ShapeError, 'test', '[2]', '[2, 3]');
  });
});
