/** sgd, adam and adamw: scikit-learn's steps, torch's formulas, what is remembered, and what decoupled decay is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  adam,
  adamw,
  DisposedError,
  OptionError,
  sgd,
  ShapeError,
  type AdamOptions,
  type Device,
  type Optimizer,
  type OptimizerState,
  type SgdOptions,
  type Tensor,
} from '../../src/index.ts';
import * as oracle from '../oracle/training.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, type FloatDtype } from '../support/tensors.ts';
import { rowsOf, trainingCases, trainingInput } from '../support/training.ts';
import { precisionOf, stepped } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** The numbers of one of several parameters. */
const valuesOf = async (params: readonly Tensor[], k = 0): Promise<number[]> =>
  Array.from((await params.at(k)?.data()) ?? []);

/** The parameter after each step. */
async function walk(
  optimizer: Optimizer,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  dtype: FloatDtype,
): Promise<{ path: number[][]; last: Tensor }> {
  let param = device.tensor(start, [start.length], { dtype });
  const path: number[][] = [];
  for (const gradient of gradients) {
    const [next] = optimizer.step([param], [device.tensor(gradient, [start.length], { dtype })]);
    if (!next) throw new Error('a step gave no parameter');
    param.dispose();
    param = next;
    path.push(Array.from(await param.data()));
  }
  return { path, last: param };
}

const start = Array.from(trainingInput('start').data);
const gradients = rowsOf(trainingInput('gradients'));

async function compare(
  findings: Findings,
  make: () => Optimizer,
  expected: readonly (readonly number[])[],
  length: number,
  label: string,
): Promise<void> {
  for (const dtype of floatsOf(device)) {
    const { path, last } = await walk(make(), start, gradients, dtype);
    const magnitude = Math.max(...expected.flat().map(Math.abs));
    path.forEach((found, k) =>
      findings.close(
        found,
        expected[k] ?? [],
        stepped(k + 1, precisionOf(last), magnitude, length),
        `${label}, step ${k + 1} (${dtype})`,
      ),
    );
  }
}

const SGD: readonly (SgdOptions & { learningRate: number })[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, weightDecay: 0.3 },
  { learningRate: 0.1, momentum: 0.9 },
  { learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.1 },
  { learningRate: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.1 },
];
const ADAM: readonly (AdamOptions & { learningRate: number })[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, weightDecay: 0.3 },
  { learningRate: 0.01, betas: [0.8, 0.99], eps: 1e-3 },
  { learningRate: 0.1, amsgrad: true },
  { learningRate: 0.1, betas: [0, 0] },
];

type Given<Options> = { [Key in keyof Options]-?: Exclude<Options[Key], undefined> };
const plain = <Options extends object>(options: Options): Given<Options> => options as Given<Options>;
/** The largest gradient with the longest momentum. */
const SGD_LENGTH = 20;
/** A few learning rates. */
const ADAM_LENGTH = 0.5;

describe('steps', () => {
  it("are scikit-learn's", async () => {
    const findings = new Findings();
    for (const { options, expected } of trainingCases<SgdOptions>('sgd'))
      await compare(
        findings,
        () => sgd(options),
        rowsOf(goldenGrid(expected)),
        SGD_LENGTH,
        `sgd(${JSON.stringify(options)})`,
      );
    for (const { options, expected } of trainingCases<AdamOptions>('adam'))
      await compare(
        findings,
        () => adam(options),
        rowsOf(goldenGrid(expected)),
        ADAM_LENGTH,
        `adam(${JSON.stringify(options)})`,
      );
    findings.end();
  });

  it("follow torch's formulas", async () => {
    const findings = new Findings();
    for (const options of SGD)
      await compare(
        findings,
        () => sgd(options),
        oracle.sgd(start, gradients, plain(options)),
        SGD_LENGTH,
        `sgd(${JSON.stringify(options)})`,
      );
    for (const options of ADAM) {
      const label = JSON.stringify(options);
      await compare(
        findings,
        () => adam(options),
        oracle.adam(start, gradients, plain(options)),
        ADAM_LENGTH,
        `adam(${label})`,
      );
      const weightDecay = options.weightDecay ?? 0.01;
      const expected = oracle.adam(start, gradients, { ...plain(options), weightDecay, decoupled: true });
      await compare(findings, () => adamw(options), expected, ADAM_LENGTH, `adamw(${label})`);
    }
    findings.end();
  });

  it('decoupled decay shrinks all weights alike; that of the squared norm is lost in the division by √v̂', async () => {
    const findings = new Findings();
    // One weight has gradients a thousand times those of the other; both average to 0.
    const large = [0, 1, 2, 3].flatMap(() => [
      [1, 1000],
      [-1, -1000],
    ]);
    const options = { learningRate: 1e-3, weightDecay: 0.1 };
    const shrunk = async (make: typeof adam): Promise<number[]> => {
      const [decayed, not] = await Promise.all(
        [options, { ...options, weightDecay: 0 }].map(own => walk(make(own), [2, 2], large, 'float32')),
      );
      return [0, 1].map(k => (not?.path.at(-1)?.[k] ?? NaN) - (decayed?.path.at(-1)?.[k] ?? NaN));
    };
    const wanted = 2 * (1 - (1 - options.learningRate * options.weightDecay) ** 8);
    const [first = NaN, second = NaN] = await shrunk(adamw);
    findings.check(Math.abs(first - wanted) < wanted / 50, `adamw shrank the first by ${first}, not ${wanted}`);
    findings.check(Math.abs(second - wanted) < wanted / 50, `adamw shrank the second by ${second}, not ${wanted}`);
    const [one = NaN, other = NaN] = await shrunk(adam);
    findings.check(one > 100 * Math.abs(other), `adam shrank by ${one} and ${other}`);
    findings.end();
  });

  it('move several parameters of different shapes, and leave the old ones', async () => {
    const random = new Random(4);
    const [a, b] = [Array.from(random.normal(6)), Array.from(random.normal(3))];
    const params = [device.tensor(a, [2, 3]), device.tensor(b)];
    const optimizer = sgd({ learningRate: 0.5 });
    const moved = optimizer.step(params, [device.tensor(new Float32Array(6).fill(1), [2, 3]), [2, 2, 2]]);
    expect(moved.map(({ shape }) => shape)).toEqual([[2, 3], [3]]);
    expect((await valuesOf(moved, 1)).map((value, k) => Math.round(((b[k] ?? NaN) - value) * 1e4))).toEqual([
      1e4, 1e4, 1e4,
    ]);
    expect((await valuesOf(params, 1)).map(Math.fround)).toEqual(b.map(Math.fround));
    expect(optimizer.steps).toBe(1);
  });

  it('take the learning rate of a schedule', async () => {
    const findings = new Findings();
    const optimizer = sgd({ learningRate: 1 });
    const first = optimizer.step([[1]], [[1]], { learningRate: 0.25, device });
    findings.exact(await valuesOf(first), [0.75], 'its own rate');
    const second = optimizer.step(first, [[0.5]]);
    findings.exact(await valuesOf(second), [0.25], 'the rate of all');
    findings.end();
  });
});

describe('state', () => {
  const MAKERS: readonly (readonly [string, (state?: OptimizerState) => Optimizer])[] = [
    ['sgd', state => sgd({ learningRate: 0.1, momentum: 0.9, state })],
    ['adam', state => adam({ learningRate: 0.1, amsgrad: true, state })],
    ['adamw', state => adamw({ learningRate: 0.1, state })],
  ];

  it('goes on with the same bits, through JSON-like copies', async () => {
    const findings = new Findings();
    for (const [name, make] of MAKERS)
      for (const dtype of floatsOf(device)) {
        const whole = await walk(make(), start, gradients, dtype);
        const first = make();
        const half = await walk(first, start, gradients.slice(0, 3), dtype);
        const state = structuredClone(await first.state());
        expect([state.method, state.steps, state.tensors.length]).toEqual([name, 3, 1]);
        const second = make(state);
        expect((await second.state()).steps).toBe(3);
        const rest = await walk(second, half.path.at(-1) ?? [], gradients.slice(3), dtype);
        findings.exact(rest.path.at(-1) ?? [], whole.path.at(-1) ?? [], `${name} (${dtype})`);
      }
    findings.end();
  });

  it('is forgotten by dispose, and holds no memory then', async () => {
    // A device of its own: what other tests forgot may be collected at any time.
    const own = await openLaneDevice();
    const before = own.memory().live;
    const optimizer = adam({ learningRate: 0.1 });
    const param = own.tensor(new Float32Array(1000).fill(1));
    const gradient = own.tensor(new Float32Array(1000).fill(1));
    let moved: Tensor[] = [];
    for (let k = 0; k < 3; k++) {
      for (const tensor of moved) tensor.dispose();
      moved = optimizer.step([param], [gradient]);
    }
    await moved[0]?.data();
    const [one] = optimizer.step([param], [gradient]);
    optimizer.dispose();
    expect(optimizer.steps).toBe(0);
    expect((await optimizer.state()).tensors).toEqual([]);
    await one?.data();
    for (const tensor of [...moved, param, gradient, one]) tensor?.dispose();
    expect(own.memory().live).toBe(before);
    own.close();
  });

  it('is told apart from others', () => {
    const state: OptimizerState = {
      method: 'sgd',
      steps: 2,
      tensors: [{ momentum: { shape: [2], data: Float32Array.of(1, 2) } }],
    };
    expectThrows(() => adam({ state }), OptionError, 'adam', "'sgd'");
    for (const wrong of [{}, { ...state, steps: -3 }, { ...state, tensors: [null] }])
      expectThrows(() => sgd({ state: wrong as OptimizerState }), OptionError, 'sgd', 'state');
    expectThrows(
      () => sgd({ momentum: 0.5, state }).step([[1, 2, 3]], [[1, 2, 3]], { device }),
      ShapeError,
      'sgd',
      '[3]',
      '[2]',
    );
    expectThrows(
      () => sgd({ momentum: 0.5, state }).step([[1], [2]], [[1], [2]], { device }),
      ShapeError,
      'sgd',
      '2 parameters',
      '1 at',
    );
  });
});

describe('optimisers', () => {
  it('refuse what they cannot do', () => {
    for (const [name, make] of [
      ['sgd', sgd],
      ['adam', adam],
      ['adamw', adamw],
    ] as const) {
      for (const learningRate of [-1, NaN, Infinity])
        expectThrows(() => make({ learningRate }), OptionError, name, 'learningRate');
      expectThrows(() => make({ weightDecay: -1 }), OptionError, name, 'weightDecay');
      expectThrows(() => make({ lr: 1 } as object), OptionError, name, "'lr'");
      const optimizer = make();
      expectThrows(() => optimizer.step([[1]], [[1], [2]], { device }), ShapeError, name, '2 gradients for 1');
      expectThrows(() => optimizer.step([[1]], [[1, 2]], { device }), ShapeError, name, 'gradient 0', '[2]', '[1]');
      expectThrows(() => optimizer.step([1] as never, 1 as never, { device }), OptionError, name, 'gradients is 1');
      expectThrows(() => optimizer.step([[1]], [[1]], { learningRate: -1, device }), OptionError, name, 'learningRate');
      const gone = device.tensor([1]);
      gone.dispose();
      expectThrows(() => optimizer.step([gone], [[1]]), DisposedError, name);
      expect(optimizer.steps).toBe(0);
    }
    expectThrows(() => sgd({ nesterov: true }), OptionError, 'sgd', 'nesterov');
    expectThrows(() => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }), OptionError, 'sgd', 'dampening 0.1');
    for (const betas of [[1, 0.9], [0.9, -0.1], [0.9], [NaN, 0]])
      expectThrows(() => adam({ betas: betas as [number, number] }), OptionError, 'adam', 'betas');
    expectThrows(() => adamw({ eps: -1 }), OptionError, 'adamw', 'eps');
  });
});
