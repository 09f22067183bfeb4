/**
 * How lists are best selected on this adapter: times the strategies of `topk` against each other, with rows long and short, many
 * and few, and lists of several lengths. Runs in the page; select.mjs makes thresholds of what it finds.
 */
import { openDevice, topk, type Device } from 'unitball';
import { uniform } from './harness/data.ts';
import { median } from './harness/rounds.ts';

const STRATEGIES = ['heap', 'group', 'merge', 'filter'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What is selected, and by which strategies that may be. */
interface Question {
  readonly about: 'lists' | 'filter' | 'heaps';
  readonly rows: number;
  readonly length: number;
  readonly k: number;
  readonly strategies: readonly Strategy[];
}

export interface SelectTimes extends Question {
  /** Milliseconds of a call with its readback, by strategy. */
  readonly times: Readonly<Partial<Record<Strategy, number>>>;
}

const ROUNDS = 5;

/** Lists that a heap and a workgroup have room for. */
const LISTS = [4, 10, 16, 32, 64, 128, 256, 512];

function* questions(software: boolean): Generator<Question> {
  const list = software ? 'heap' : 'group';
  // How long may a list be that is kept while its row is read once?
  for (const k of LISTS) yield { about: 'lists', rows: 64, length: 8192, k, strategies: [list, 'merge'] };
  // From which length on, and for which lists, is a limit worth a look at the row of its own?
  for (const [rows, length] of [
    [1, 2 ** 13],
    [1, 2 ** 14],
    [1, 2 ** 15],
    [1, 2 ** 16],
    [1, 2 ** 18],
    [16, 2 ** 15],
    [16, 2 ** 17],
  ] as const)
    for (const k of [...LISTS, 1024, 2048, 4096, 8192, 16_384].filter(
      each => each * 4 <= length && each * rows <= 2 ** 14,
    )) {
      const strategies = k <= 512 ? [list, 'merge', 'filter'] : ['merge', 'filter'];
      yield { about: 'filter', rows, length, k, strategies: strategies as Strategy[] };
    }
  // Many short rows, one invocation each or a workgroup?
  if (software) return;
  for (const length of [16, 32, 64, 128, 256])
    for (const k of [4, 16])
      yield { about: 'heaps', rows: 2 ** 14, length, k: Math.min(k, length), strategies: ['heap', 'group'] };
}

export async function selections(): Promise<{ adapter: string; software: boolean; times: SelectTimes[] }> {
  const devices = {} as Record<Strategy, Device>;
  for (const selection of STRATEGIES)
    devices[selection] = await openDevice({ device: 'webgpu', assume: { selection } });
  const { isFallback: software, vendor, architecture } = devices.heap.info;
  const times: SelectTimes[] = [];
  for (const question of questions(software)) times.push({ ...question, times: await timesOf(devices, question) });
  for (const device of Object.values(devices)) device.close();
  return { adapter: [vendor, architecture].filter(Boolean).join(' '), software, times };
}

/** Rounds in turn, so that whatever else the machine does meets all strategies alike. */
async function timesOf(
  devices: Record<Strategy, Device>,
  { rows, length, k, strategies }: Question,
): Promise<SelectTimes['times']> {
  const values = uniform(rows * length, rows + length + k);
  const tensors = strategies.map(strategy => devices[strategy].tensor(values, [rows, length]));
  const taken = strategies.map((): number[] => []);
  // The first round compiles.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [which, x] of tensors.entries()) {
      const begun = performance.now();
      const { values: best, indices } = topk(x, k);
      await Promise.all([best.data(), indices.data()]);
      if (round > 0) taken[which]?.push(performance.now() - begun);
      best.dispose();
      indices.dispose();
    }
  for (const x of tensors) x.dispose();
  return Object.fromEntries(strategies.map((strategy, i) => [strategy, median(taken[i] ?? [])]));
}
