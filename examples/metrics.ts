/** What the page on distances tells of each metric: its formula, what it is good for, and what rows it wants. No code. */
import type { MetricName } from 'unitball';

/** What the elements of a row are. `places` are latitude and longitude. */
export type Rows = 'numbers' | 'truths' | 'shares' | 'places';

export interface Story {
  readonly rows: Rows;
  readonly formula: string;
  readonly says: string;
  /** How it looks in the plane, if rows of two numbers make sense to it. */
  readonly plane?: string;
  /** How far its contours are apart: a quarter, unless told. */
  readonly spacing?: number;
}

export const stories: Readonly<Record<MetricName, Story>> = {
  euclidean: {
    rows: 'numbers',
    formula: '√Σ(x − y)²',
    says: 'The length of the straight way from one to the other.',
    plane: 'Its circles are round.',
  },
  sqeuclidean: {
    rows: 'numbers',
    formula: 'Σ(x − y)²',
    says: 'The euclidean distance without its root: what is nearer stays nearer, but a detour may now be shorter than the straight way.',
    plane: 'Its circles come closer together the farther out they are.',
    spacing: 0.5,
  },
  cityblock: {
    rows: 'numbers',
    formula: 'Σ|x − y|',
    says: 'The way along streets that only run north and east. One coordinate that is far off does less harm than in euclidean.',
    plane: 'Its circles are diamonds.',
  },
  chebyshev: {
    rows: 'numbers',
    formula: 'max |x − y|',
    says: 'Only the coordinate that differs most counts, as for a king in chess.',
    plane: 'Its circles are squares.',
  },
  minkowski: {
    rows: 'numbers',
    formula: '(Σ|x − y|ᵖ)^(1/p)',
    says: 'The family of cityblock (p = 1), euclidean (p = 2) and chebyshev (p = ∞). Below p = 1 a detour may be shorter than the straight way.',
    plane: 'Its circles grow from stars through diamond and circle to a square.',
  },
  seuclidean: {
    rows: 'numbers',
    formula: '√Σ(x − y)²/V',
    says: 'Euclidean, with each coordinate measured by how much it varies among all rows: V are the variances.',
    plane: 'Its circles are as wide and as high as the points are spread. Move one, and all distances change.',
    spacing: 0.5,
  },
  mahalanobis: {
    rows: 'numbers',
    formula: '√((x − y)·VI·(x − y))',
    says: 'Euclidean, measured by how the rows vary in every direction: VI is the inverse of their covariance.',
    plane: 'Its circles lie like the cloud of points: along it, a step is short. Points on one line have no cloud.',
    spacing: 0.5,
  },
  canberra: {
    rows: 'numbers',
    formula: 'Σ|x − y| / (|x| + |y|)',
    says: 'The difference of each coordinate as a share of its size, so that small numbers count as much as large ones.',
    plane: 'Beyond an axis a coordinate is as far away as it can be: 1.',
  },
  braycurtis: {
    rows: 'numbers',
    formula: 'Σ|x − y| / Σ|x + y|',
    says: 'All differences as a share of all there is. Made for counts, which are never negative.',
    plane: 'It stays below 1 in the quarter where both coordinates are positive, and means little elsewhere.',
  },
  cosine: {
    rows: 'numbers',
    formula: '1 − x·y / (‖x‖ ‖y‖)',
    says: 'Only directions count: 0 is the same one, 1 a right angle, 2 the opposite. A row of zeros has none, and gives NaN.',
    plane: 'Its contours are rays from the origin.',
  },
  dot: {
    rows: 'numbers',
    formula: '−Σxy',
    says: 'The inner product with its sign turned, so that smaller is closer, as in searches of embeddings. It is no distance: it is negative where rows agree.',
    plane: 'Its contours are straight lines across the direction of the point.',
  },
  correlation: {
    rows: 'numbers',
    formula: '1 − cos of x − x̄ and y − ȳ',
    says: 'Cosine after each row lost its mean: how high a row lies and how steep it is do not count, only its shape. A constant row has none, and gives NaN.',
  },
  haversine: {
    rows: 'places',
    formula: '2·asin √(sin²(Δlat/2) + cos lat₁ · cos lat₂ · sin²(Δlon/2))',
    says: 'The angle between two places as seen from the middle of the globe, in radians. Times 6,371 it is kilometres on the Earth.',
    plane:
      'The picture is a map, with latitudes upwards and longitudes to the right, in radians: circles widen near the poles.',
  },
  hamming: {
    rows: 'truths',
    formula: 'R / n',
    says: 'The share of columns that differ.',
  },
  matching: {
    rows: 'truths',
    formula: 'R / n',
    says: 'Another name of hamming, from older versions of SciPy.',
  },
  jaccard: {
    rows: 'truths',
    formula: 'R / (c + R)',
    says: 'The share of columns that differ among those where at least one row is 1: what both lack does not make them alike.',
  },
  dice: {
    rows: 'truths',
    formula: 'R / (2c + R)',
    says: 'As jaccard, but what both have counts twice. Two rows of zeros give NaN.',
  },
  sokalsneath: {
    rows: 'truths',
    formula: '2R / (c + 2R)',
    says: 'As jaccard, but what differs counts twice. Two rows of zeros give NaN.',
  },
  rogerstanimoto: {
    rows: 'truths',
    formula: '2R / (n + R)',
    says: 'As hamming, but what differs counts twice.',
  },
  sokalmichener: {
    rows: 'truths',
    formula: '2R / (n + R)',
    says: 'The same as rogerstanimoto, as SciPy has it.',
  },
  russellrao: {
    rows: 'truths',
    formula: '(n − c) / n',
    says: 'The share of columns that are not 1 in both rows. A row with a 0 is not 0 away from itself.',
  },
  kulczynski1: {
    rows: 'truths',
    formula: 'c / R',
    says: 'What both have for each that differs: larger is more alike, and equal rows are endlessly so.',
  },
  yule: {
    rows: 'truths',
    formula: '2st / (c·(n − c − R) + st)',
    says: 'From 0 to 2: whether a 1 in one row foretells a 1 in the other. s are the columns where only the first is 1, t where only the second is.',
  },
  jensenshannon: {
    rows: 'shares',
    formula: '√½Σ(p ln(p/m) + q ln(q/m)),  m = (p + q)/2',
    says: 'How far two distributions are from what lies halfway between them: never more than √ln 2 ≈ 0.833.',
  },
  hellinger: {
    rows: 'shares',
    formula: '√½Σ(√p − √q)²',
    says: 'Euclidean between the roots of shares: 1 where two distributions have nothing in common.',
  },
  kl: {
    rows: 'shares',
    formula: 'Σp ln(p/q)',
    says: 'What it costs to take q for p, Kullback and Leibler’s divergence. Not symmetric, and ∞ where q lacks something that p has.',
  },
};

export const names = Object.keys(stories) as MetricName[];

/** What the letters in formulas stand for. */
export const letters: Readonly<Record<Rows, string>> = {
  numbers: 'x and y are two rows; sums run over their columns.',
  truths: 'c counts the columns where both rows are 1, R those that differ, n all.',
  shares: 'p and q are two rows, each divided by its sum. The bars show these shares.',
  places: 'Rows are latitude and longitude, in degrees here; the library takes radians.',
};
