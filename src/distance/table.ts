/**
 * The metrics by name: how each is run and which options it takes. Adding one is a file in shaders/metric/, a `PairMetric`
 * in metrics/, and a line here. Some names are other metrics in disguise and have no kernel of their own; resolve.ts says
 * how those are dressed.
 */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';
import type { PairMetric } from '../pairwise/index.ts';
import { CustomMetric } from './custom.ts';
import {
  braycurtis,
  canberra,
  chebyshev,
  cityblock,
  dot,
  euclidean,
  minkowski,
  sqeuclidean,
} from './metrics/arithmetic.ts';
import {
  dice,
  hamming,
  jaccard,
  kulczynski1,
  rogerstanimoto,
  russellrao,
  sokalmichener,
  sokalsneath,
  yule,
} from './metrics/boolean.ts';
import { correlation, cosine } from './metrics/directions.ts';
import { haversine } from './metrics/geography.ts';
import { hellinger, jensenshannon, kl } from './metrics/probability.ts';

/** All 22 of scipy.spatial.distance.cdist, and four more. */
export type MetricName =
  | 'braycurtis'
  | 'canberra'
  | 'chebyshev'
  | 'cityblock'
  | 'correlation'
  | 'cosine'
  | 'dice'
  | 'dot'
  | 'euclidean'
  | 'hamming'
  | 'haversine'
  | 'hellinger'
  | 'jaccard'
  | 'jensenshannon'
  | 'kl'
  | 'kulczynski1'
  | 'mahalanobis'
  | 'matching'
  | 'minkowski'
  | 'rogerstanimoto'
  | 'russellrao'
  | 'seuclidean'
  | 'sokalmichener'
  | 'sokalsneath'
  | 'sqeuclidean'
  | 'yule';

/** A metric by its name, or what `defineMetric` returned. */
export type Metric = MetricName | CustomMetric;

/** An option that only some metrics have. */
export type Steer = 'p' | 'w' | 'V' | 'VI' | 'zeroVector' | 'shrinkage';

export interface MetricEntry {
  readonly name: string;
  /** On rows of floats. */
  readonly floats: PairMetric;
  /** On packed bits, where there are no weights. */
  readonly bits?: PairMetric | undefined;
  /** Numbers other than 0 and 1 are a mistake. */
  readonly boolean: boolean;
  readonly takes: readonly Steer[];
}

type Parts = Pick<MetricEntry, 'floats'> & Partial<MetricEntry>;

const weighted: readonly Steer[] = ['w'];

const entries: Readonly<Record<MetricName, Parts>> = {
  braycurtis: { floats: braycurtis, takes: weighted },
  canberra: { floats: canberra, takes: weighted },
  chebyshev: { floats: chebyshev, takes: weighted },
  cityblock: { floats: cityblock, takes: weighted },
  correlation: { floats: correlation, takes: ['w', 'zeroVector'] },
  cosine: { floats: cosine, takes: ['w', 'zeroVector'] },
  dice: { ...dice, boolean: true, takes: weighted },
  dot: { floats: dot, takes: weighted },
  euclidean: { floats: euclidean, takes: weighted },
  hamming: { ...hamming, takes: weighted },
  haversine: { floats: haversine },
  hellinger: { floats: hellinger },
  jaccard: { ...jaccard, takes: weighted },
  jensenshannon: { floats: jensenshannon },
  kl: { floats: kl },
  kulczynski1: { ...kulczynski1, boolean: true, takes: weighted },
  mahalanobis: { floats: euclidean, takes: ['VI', 'shrinkage'] },
  matching: { ...hamming, takes: weighted },
  minkowski: { floats: minkowski, takes: ['p', 'w'] },
  rogerstanimoto: { ...rogerstanimoto, boolean: true, takes: weighted },
  russellrao: { ...russellrao, boolean: true, takes: weighted },
  seuclidean: { floats: euclidean, takes: ['V'] },
  sokalmichener: { ...sokalmichener, boolean: true, takes: weighted },
  sokalsneath: { ...sokalsneath, boolean: true, takes: weighted },
  sqeuclidean: { floats: sqeuclidean, takes: weighted },
  yule: { ...yule, boolean: true, takes: weighted },
};

export const metricNames: readonly string[] = Object.keys(entries);

const isName = (metric: unknown): metric is MetricName => typeof metric === 'string' && Object.hasOwn(entries, metric);

/** The entry of a metric, or an error that lists the known ones. */
export function entryOf(op: string, metric: unknown): MetricEntry {
  if (metric instanceof CustomMetric)
    return { name: metric.name, floats: metric.pair, boolean: false, takes: metric.weighted ? weighted : [] };
  if (!isName(metric))
    throw new OptionError(
      `${op}: the metric ${show(metric)} is unknown. Use one of ${metricNames.join(', ')}, or one made by defineMetric.`,
    );
  return { boolean: false, takes: [], ...entries[metric], name: metric };
}

/** The metrics that take an option, for messages. */
export const metricsWith = (option: Steer): string[] =>
  (Object.keys(entries) as MetricName[]).filter(name => entries[name].takes?.includes(option));

/** What a Minkowski distance of this order is run as: three of them are simpler metrics. */
export function minkowskiOf(p: number): PairMetric {
  if (p === 1) return cityblock;
  if (p === 2) return euclidean;
  return p === Infinity ? chebyshev : minkowski;
}
