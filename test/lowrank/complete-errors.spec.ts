/** What `completeMatrix` and `predict` refuse, and in which words. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  completeMatrix,
  ConvergenceError,
  DeviceMismatchError,
  DtypeError,
  IndexError,
  NonFiniteError,
  OptionError,
  ShapeError,
  openDevice,
  type CompleteMatrixOptions,
  type Device,
} from '../../src/index.ts';
import { expectRejects } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const A = [
  [1, 2],
  [3, 4],
];
const at = (rows: unknown, columns: unknown, shape: unknown): never => ({ rows, columns, shape }) as never;

describe('completeMatrix', () => {
  it('refuses options that do not fit', async () => {
    for (const [options, words] of [
      [{ ranks: 2 }, "there is no option 'ranks'"],
      [{ method: 'nuclear' }, "method is 'nuclear'. Give one of 'als'"],
      [{ method: 'svt', rank: 2 }, "'svt' has no option 'rank'. Its own are tau, delta, polish"],
      [{ rank: 3 }, 'rank is 3, and a matrix [2, 2] has 2 singular values'],
      [{ rank: 0 }, "rank is 0. Give a whole number from 1, 'gap' or 'hold-out'"],
      [{ rank: 'best' }, "rank is 'best'"],
      [{ method: 'hard-impute' }, "'hard-impute' needs a rank"],
      [{ method: 'hard-impute', rank: 'gap' }, "rank is 'gap'"],
      [{ method: 'proximal' }, "'proximal' needs a tau"],
      [{ method: 'proximal', tau: 1, step: 2 }, 'step is 2. Give a number above 0 and below 2'],
      [{ method: 'svt', tau: -1 }, 'tau is -1'],
      [{ method: 'svt', delta: 0 }, 'delta is 0'],
      [{ lambda: 'auto' }, "lambda is 'auto'. Give a number ≥ 0."],
      [{ method: 'soft-impute', lambda: NaN }, "lambda is NaN. Give a number ≥ 0 or 'auto'"],
      [{ method: 'soft-impute', lambda: 1, maxRank: 0.5 }, 'maxRank is 0.5'],
      [{ method: 'soft-impute', accelerated: 1 }, 'accelerated is 1. Give true or false'],
      [{ method: 'svt', polish: 'yes' }, "polish is 'yes'"],
      [{ center: 'all' }, "center is 'all'. Give one of 'none', 'mean', 'rows', 'columns', 'both'"],
      [{ scale: 'all' }, "scale is 'all'. Give one of 'none', 'rows', 'columns', 'both'"],
      [{ duplicates: 'first' }, "duplicates is 'first'"],
      [{ tolerance: -1 }, 'tolerance is -1'],
      [{ maxIterations: 0 }, 'maxIterations is 0'],
      [{ seed: -1 }, 'seed is -1'],
      [{ rank: 'hold-out' }, '4 entries are too few to hold some out'],
    ] as const)
      await expectRejects(
        completeMatrix(A, undefined, { device, ...(options as CompleteMatrixOptions) }),
        OptionError,
        'completeMatrix',
        words,
      );
  });

  it('refuses matrices, masks and coordinates that do not fit', async () => {
    for (const [Type, values, where, words] of [
      [ShapeError, [1, 2], undefined, 'the shape [2] is no matrix'],
      [ShapeError, A, [[1, 0]], 'the mask has the shape [1, 2], the matrix [2, 2]'],
      [
        NonFiniteError,
        A,
        [
          [1, NaN],
          [0, 1],
        ],
        'the mask is NaN at [0, 1]',
      ],
      [NonFiniteError, [[1, NaN]], [[1, 1]], 'the observed value at [0, 1] is NaN'],
      [NonFiniteError, [[1, Infinity]], undefined, 'the observed value at [0, 1] is Infinity'],
      [
        OptionError,
        A,
        [
          [0, 0],
          [0, 0],
        ],
        'nothing is observed of a matrix [2, 2]',
      ],
      [OptionError, [[NaN, NaN]], undefined, 'nothing is observed'],
      [OptionError, [], at([], [], [4, 4]), 'nothing is observed of a matrix [4, 4]'],
      [ShapeError, [1], at([0], [0], [4]), 'the shape beside the coordinates is [4]'],
      [ShapeError, [1], at([0], [0], undefined), 'the shape beside the coordinates is undefined'],
      [ShapeError, [1, 2], at([0], [0], [4, 4]), 'values of the shape [2] with 1 rows and 1 columns'],
      [IndexError, [1], at([4], [0], [4, 4]), 'row 4 (entry 0) is not in the matrix'],
      [IndexError, [1], at([0], [-1], [4, 4]), 'column -1 (entry 0) is not in the matrix'],
      [IndexError, [1], at([0.5], [0], [4, 4]), 'row 0.5'],
      [DtypeError, [1], at(['a'], [0], [4, 4]), "row 0 is 'a'"],
      [NonFiniteError, [NaN], at([2], [1], [4, 4]), 'the observed value at [2, 1] is NaN'],
      [OptionError, [1, 2], at([2, 2], [1, 1], [4, 4]), '[2, 1] is given as 1 and as 2'],
    ] as const)
      await expectRejects(completeMatrix(values, where, { device }), Type, 'completeMatrix', words);
  });

  it('refuses steps that lead away, where a caller chose them', async () => {
    const holes = [
      [1, 2, NaN],
      [2, NaN, 6],
      [NaN, 6, 9],
    ];
    const work = completeMatrix(holes, undefined, { method: 'svt', tau: 1, delta: 9, device });
    await expectRejects(work, ConvergenceError, 'completeMatrix', 'Give a delta below 2');
  });

  it('refuses tensors of several devices', async () => {
    const other = await openDevice({ device: 'cpu' });
    try {
      const mask = other.tensor(A);
      await expectRejects(completeMatrix(device.tensor(A), mask), DeviceMismatchError, 'completeMatrix');
      await expectRejects(completeMatrix(mask, undefined, { device }), DeviceMismatchError, 'completeMatrix');
    } finally {
      other.close();
    }
  });
});

describe('predict', () => {
  it('refuses places outside the matrix', async () => {
    const { predict } = await completeMatrix(A, undefined, { device, rank: 1, maxIterations: 1 });
    await expectRejects(
      Promise.resolve().then(() => predict([0], [2])),
      IndexError,
      'predict',
      'column 2',
    );
    await expectRejects(
      Promise.resolve().then(() => predict([0, 1], [1])),
      ShapeError,
      'predict',
      '2 rows and 1',
    );
  });
});
