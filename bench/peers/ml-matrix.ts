/** ml-matrix: the linear algebra of the mljs family, in plain JavaScript and doubles. Its decompositions are classes. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import type { Peer, Session } from './peer.ts';

export const mlMatrix: readonly Peer[] = [
  { name: 'ml-matrix', device: 'cpu', hosts: ['chrome', 'node', 'dawn'], open: async () => session },
];

const row = (values: ArrayLike<number>): Matrix => new Matrix([Array.from(values)]);

const session: Session<Matrix> = {
  enter: async () => {},
  upload: async (values, [m = 1, n = 1]) => Matrix.from1DArray(m, n, Array.from(values)),
  read: async x => Float32Array.from(x.to1DArray()),
  settle: async () => {},
  free: () => {},
  async svdvals(a) {
    const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false, autoTranspose: true };
    return row(new SingularValueDecomposition(a, options).diagonal);
  },
  svd: async a => row(new SingularValueDecomposition(a, { autoTranspose: true }).diagonal),
  eigh: async a => row(new EigenvalueDecomposition(a, { assumeSymmetric: true }).realEigenvalues),
};
