/** Search: the nearest of points, neighbours that vote, graphs of them, and what an index answers. */
import { filters, FlatIndex, knnClassify, knnGraph, knnRegress, nearest, type Tensor } from 'unitball';
import {
  columns,
  first,
  of,
  only,
  plainly,
  second,
  third,
  type Answer,
  type Op,
  type Size,
  type Sizes,
  type Wish,
} from './op.ts';

const queries = (start: number): Size => ({ letter: 'q', label: 'queries', start, most: 1e4 });
const points = (start: number, most = 1e6): Size => ({ letter: 'n', label: 'points', start, most });
const neighbours: Size = { letter: 'k', label: 'k', start: 10, most: 1000 };

/** No more neighbours than there are. */
const kOf = (sizes: Sizes): number => Math.min(of(sizes, 'k'), of(sizes, 'n') - 1 || 1);

const shapes = ({ sizes }: Wish): readonly (readonly number[])[] => [
  [of(sizes, 'q'), of(sizes, 'd')],
  [of(sizes, 'n'), of(sizes, 'd')],
];
const work = ({ sizes }: Wish): number => 2 * of(sizes, 'q') * of(sizes, 'n') * of(sizes, 'd');

/** Within it are a few of the points: squares of differences of such numbers are 2/3 on average. */
const radiusOf = (sizes: Sizes): number => 0.85 * Math.sqrt((2 / 3) * of(sizes, 'd'));

type Search = (index: FlatIndex, asked: Tensor, sizes: Sizes, signal: AbortSignal | undefined) => Promise<Answer>;

const searches: Readonly<Record<string, { readonly call: string; readonly run: Search }>> = {
  search: {
    call: 'await index.search(queries, { k })',
    run: async (index, asked, sizes, signal) => (await index.search(asked, { k: kOf(sizes), signal })).distances,
  },
  'search, filtered': {
    call: 'await index.search(queries, { k, filter: filters.where(id => id % 2 === 0) })',
    run: async (index, asked, sizes, signal) =>
      (
        await index.search(asked, {
          k: Math.ceil(kOf(sizes) / 2),
          filter: filters.where(id => Number(id) % 2 === 0),
          signal,
        })
      ).distances,
  },
  searchById: {
    call: 'await index.searchById(ids, { k })',
    run: async (index, asked, sizes, signal) => {
      const ids = Array.from({ length: Math.min(asked.shape[0] ?? 0, index.size) }, (_, k) => k);
      return (await index.searchById(ids, { k: kOf(sizes), signal })).distances;
    },
  },
  rangeSearch: {
    call: 'await index.rangeSearch(queries, { radius })',
    // What is found, and how far away it is: a point on the edge is in or out by rounding.
    run: async (index, asked, sizes, signal) => {
      const { distances } = await index.rangeSearch(asked, { radius: radiusOf(sizes), signal });
      return [distances.length, Array.from(distances).reduce((sum, distance) => sum + distance, 0)];
    },
  },
};

export const search: readonly Op[] = [
  {
    name: 'nearest',
    room: 'Search',
    choice: { label: 'Metric', of: ['euclidean', 'cosine', 'cityblock', 'dot'] },
    call: choice => `await nearest(queries, points, { k${choice === 'euclidean' ? '' : `, metric: '${choice}'`} })`,
    sizes: [queries(10), points(50_000), columns(128, 2000), neighbours],
    operands: shapes,
    flops: work,
    begin: plainly(async (operands, { sizes, choice }, { signal }) => {
      const k = Math.min(of(sizes, 'k'), of(sizes, 'n'));
      const metric = choice as 'euclidean' | 'cosine' | 'cityblock' | 'dot';
      const found = await nearest(first(operands), second(operands), { k, metric, signal });
      return only(found.distances, found.indices);
    }),
  },
  {
    name: 'FlatIndex',
    room: 'Search',
    choice: { label: 'Question', of: Object.keys(searches) },
    call: choice => searches[choice]?.call ?? '',
    sizes: [queries(10), points(50_000), columns(128, 2000), neighbours],
    operands: shapes,
    // The index has the points, too.
    results: sizes => of(sizes, 'n') * of(sizes, 'd'),
    flops: work,
    apart: 0.01,
    async begin(operands, { sizes, choice }, device) {
      const index = FlatIndex.create(device, { dim: of(sizes, 'd') });
      await index.add(second(operands));
      const { run } = searches[choice] ?? { run: undefined };
      if (!run) throw new Error(`there is no question '${choice}'`);
      return { run: ({ signal }) => run(index, first(operands), sizes, signal), end: () => index.dispose() };
    },
  },
  {
    name: 'neighbours that vote',
    room: 'Search',
    choice: { label: 'Function', of: ['knnClassify', 'knnRegress'] },
    call: choice => `await ${choice}(queries, points, ${choice === 'knnRegress' ? 'targets' : 'labels'}, { k })`,
    sizes: [queries(100), points(20_000, 1e5), columns(64, 2000), { ...neighbours, most: 100 }],
    operands: wish => [...shapes(wish), [of(wish.sizes, 'n')]],
    flops: work,
    // Of two at the same distance but for rounding, one is the last to vote.
    apart: 0.05,
    async begin(operands, { sizes, choice }) {
      const [asked, known] = [first(operands), second(operands)];
      const targets = third(operands);
      const k = kOf(sizes);
      if (choice === 'knnRegress') return { run: ({ signal }) => knnRegress(asked, known, targets, { k, signal }) };
      const labels = Array.from(await targets.data(), target => Math.floor(5 * Math.abs(target)));
      return { run: ({ signal }) => knnClassify(asked, known, labels, { k, signal }) };
    },
  },
  {
    name: 'knnGraph',
    room: 'Search',
    call: () => 'await knnGraph(points, { k })',
    sizes: [points(2000, 2e4), columns(64, 2000), { ...neighbours, most: 100 }],
    operands: ({ sizes }) => [[of(sizes, 'n'), of(sizes, 'd')]],
    flops: ({ sizes }) => 2 * of(sizes, 'n') ** 2 * of(sizes, 'd'),
    begin: plainly(
      async (operands, { sizes }, { signal }) => (await knnGraph(first(operands), { k: kOf(sizes), signal })).distances,
    ),
  },
];
