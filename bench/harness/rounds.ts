/**
 * Measures one bench: every library gets the same numbers, answers once (first call, compile included; the answer is
 * checked against doubles), is warmed, and then takes turns with the others, round after round, so that whatever else
 * the machine does meets all alike. Uploads are outside of the clock, reading the result is inside.
 */
import type { Peer, Session } from '../peers/peer.ts';
import { floats, type Bench, type Built, type Problem, type Solved, type Way } from './bench.ts';
import { uniform } from './data.ts';
import { TooSlow, within } from './limit.ts';

export interface Entry {
  /** Library and device, then the way where the bench has several: `unitball webgpu`, `unitball cpu, one by one`. */
  readonly name: string;
  readonly device: string;
  /** Milliseconds. Absent where the library could not or was ended. */
  readonly first?: number;
  readonly rounds?: readonly number[];
  /** Milliseconds a call where many are enqueued and one is waited for; not on `cpu`. */
  readonly queued?: number;
  /** The share of the rounds' time that kernels took, where the library can tell. */
  readonly kernels?: number;
  /** The largest relative error of the answer against doubles. */
  readonly error?: number;
  /** Milliseconds that building an index took, apart from the calls; the share of the nearest that it finds; its ef, where that is not its default. */
  readonly built?: number;
  readonly recall?: number;
  readonly effort?: number;
  readonly note?: string;
  /** What the bench says of the answers. */
  readonly remark?: string;
}

export interface Outcome {
  readonly bench: string;
  readonly title: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly flops?: number;
  readonly readback: boolean;
  readonly entries: readonly Entry[];
}

export interface Effort {
  readonly quick: boolean;
  readonly seed: number;
  /** Only entries of these names take part; left out, all. */
  readonly only?: readonly string[] | undefined;
}

/** What a run may take. `share` is the time of all rounds of one entry, after which it drops out with fewer. */
const FULL = { build: 120_000, call: 30_000, share: 20_000, rounds: 11, queued: 20, queuedShare: 4000 } as const;
const QUICK = { build: 30_000, call: 10_000, share: 4000, rounds: 7, queued: 0, queuedShare: 0 } as const;
type Limits = typeof FULL | typeof QUICK;

/** Relative errors: above the first the report says so, above the second there is no use in timing it. */
const LOOSE = 2 ** -12;
const WRONG = 2 ** -3;
const WRONG_NOTE = 'its answer is wrong';

/** A library with the operands of a problem in its hands. */
interface Seat {
  readonly session: Session<unknown>;
  readonly x: unknown;
  readonly built: Built | undefined;
}

interface Contestant {
  readonly name: string;
  readonly peer: Peer;
  readonly seat: Seat;
  readonly way: Way;
  readonly times: number[];
  first: number;
  error: number;
  queued?: number;
  kernelMs: number;
  recall?: number;
  effort?: number;
  note?: string;
  remark?: string;
}

export async function runBench(bench: Bench, peers: readonly Peer[], { quick, seed, only }: Effort): Promise<Outcome> {
  const shape = quick ? bench.shape.quick : bench.shape.full;
  const effort = quick ? QUICK : FULL;
  const problems = Array.from({ length: quick ? 1 : (bench.samples ?? 1) }, (_, k) =>
    problemOf(bench, shape, seed + k),
  );
  const failed: Entry[] = [];
  const contestants: Contestant[] = [];
  for (const peer of peers) {
    let shared: Seat | undefined;
    for (const wayName of Object.keys(bench.ways)) {
      const name = nameOf(peer, wayName);
      if (only && !only.includes(name)) continue;
      try {
        const seat = shared ?? (await sit(bench, peer, problems, shape, effort));
        if (bench.build) shared = seat;
        const ready = await prepare(bench, peer, wayName, seat, problems, shape, effort.call);
        if (ready) contestants.push(ready);
        else if (!shared) leave(seat);
      } catch (error) {
        const note = error instanceof Error ? error.message : String(error);
        const unbuilt = bench.build !== undefined && shared === undefined;
        failed.push({ name: unbuilt ? nameOf(peer, '') : name, device: peer.device, note });
        // What could not be built for one way cannot be built for another.
        if (unbuilt) break;
      }
    }
    if (shared && !contestants.some(({ seat }) => seat === shared)) leave(shared);
  }
  const right = contestants.filter(({ note }) => note !== WRONG_NOTE);
  await takeTurns(bench, right, effort);
  if (bench.queues !== false) for (const contestant of right) await queue(contestant, effort);
  for (const seat of new Set(contestants.map(contestant => contestant.seat))) leave(seat);
  const { name, title, bytes, flops, readback } = bench;
  return {
    bench: name,
    title,
    shape,
    bytes: bytes(shape),
    ...(flops && { flops: flops(shape) }),
    readback,
    entries: [...contestants.map(entryOf), ...failed],
  };
}

const nameOf = ({ name, device, variant }: Peer, way: string): string =>
  `${name} ${device}${variant ? ` ${variant}` : ''}${way === '' ? '' : `, ${way}`}`;

function problemOf(bench: Bench, shape: readonly number[], seed: number): Problem {
  const random = uniform(floats(shape) / 4, seed);
  const values = bench.data?.(random, shape) ?? random;
  return { values, expected: bench.expected(values, shape) };
}

/** Opens the library, uploads a problem and has built what is built of it. */
async function sit(
  bench: Bench,
  peer: Peer,
  [problem]: readonly Problem[],
  shape: readonly number[],
  limits: Limits,
): Promise<Seat> {
  if (!problem) throw new Error('a bench has a problem');
  const session = await within(limits.call, peer.open());
  const x = await within(limits.call, upload(bench, session, problem, shape));
  // What is built at once, by code that waits for nothing, is to be within the limit, too.
  const building = Promise.resolve().then(() => bench.build?.(session, x, problem, shape));
  return { session, x, built: await within(limits.build, building) };
}

const leave = ({ session, x }: Seat): void => [x].flat().forEach(operand => session.free(operand));

/** Takes the first call, and solves what else there is to be solved once. Undefined where the library has no such op. */
async function prepare(
  bench: Bench,
  peer: Peer,
  wayName: string,
  seat: Seat,
  [problem, ...others]: readonly Problem[],
  shape: readonly number[],
  limit: number,
): Promise<Contestant | undefined> {
  const way = bench.ways[wayName];
  if (!problem || !way) throw new Error('a bench has a problem, and ways to solve it');
  const begun = await within(limit, solve(bench, seat, way, problem));
  if (!begun) return undefined;
  const all: Solved[] = [begun];
  if (bench.remark)
    for (const other of others) {
      const x = await within(limit, upload(bench, seat.session, other, shape));
      const one = await within(limit, solve(bench, { ...seat, x }, way, other));
      if (one) all.push(one);
      leave({ ...seat, x });
    }
  const { answers, first } = begun;
  const effort = bench.withEffort?.includes(wayName) ? seat.built?.effort : undefined;
  const verdict = bench.judge?.(answers, problem, shape);
  const error =
    verdict?.error ??
    Math.max(...problem.expected.map((truth, k) => largestError(answers[k], truth, bench.floor?.(shape) ?? 0)));
  const remark = bench.remark?.(all);
  const isExact = seat.session.efforts === undefined;
  const note =
    !(error <= WRONG) || (isExact && verdict && verdict.recall < 1)
      ? WRONG_NOTE
      : error > LOOSE && remark === undefined
        ? `off by ${(100 * error).toPrecision(2)} %`
        : undefined;
  const said = { ...(note !== undefined && { note }), ...(remark !== undefined && { remark }) };
  const found = { ...(verdict && { recall: verdict.recall }), ...(effort !== undefined && { effort }) };
  const name = nameOf(peer, wayName);
  return { name, peer, seat, way, times: [], kernelMs: 0, first, error, ...found, ...said };
}

/** Every operand where the kernels want it. */
async function upload(
  bench: Bench,
  session: Session<unknown>,
  { values }: Problem,
  shape: readonly number[],
): Promise<unknown> {
  const operands: unknown[] = [];
  let at = 0;
  for (const part of bench.parts?.(shape) ?? [shape]) {
    const end = at + floats(part) / 4;
    operands.push(await session.upload(values.slice(at, end), part));
    at = end;
  }
  return bench.parts ? operands : operands[0];
}

/** Calls once, with the time of the call. */
async function solve(
  bench: Bench,
  { session, x, built }: Seat,
  way: Way,
  { expected }: Problem,
): Promise<(Solved & { readonly first: number }) | undefined> {
  await session.enter();
  const begun = performance.now();
  const results = await way(session, x, built);
  if (!results) return undefined;
  const early = await finish(bench, session, results);
  const first = performance.now() - begun;
  const answers = early ?? (await Promise.all(results.map(result => session.read(result))));
  for (const result of results) session.free(result);
  return { answers, expected, first };
}

/** Waits until the results are there, and brings them to the host where the bench wants that. */
async function finish(
  bench: Bench,
  session: Session<unknown>,
  results: unknown[],
): Promise<Float32Array[] | undefined> {
  if (bench.readback) return Promise.all(results.map(result => session.read(result)));
  await session.settle(results);
  return undefined;
}

function largestError(answer: Float32Array | undefined, truth: Float64Array, floor: number): number {
  if (answer?.length !== truth.length) return Infinity;
  let worst = 0;
  for (let k = 0; k < truth.length; k++) {
    const right = truth[k] ?? 0;
    const off = Math.abs((answer[k] ?? NaN) - right) / (Math.max(Math.abs(right), floor) || 1);
    if (!(off <= worst)) worst = off;
  }
  return Number.isNaN(worst) ? Infinity : worst;
}

async function takeTurns(bench: Bench, all: readonly Contestant[], effort: Limits): Promise<void> {
  const turn = async ({ seat: { session, x, built }, way }: Contestant): Promise<number> => {
    await session.enter();
    const begun = performance.now();
    const results = (await way(session, x, built)) ?? [];
    await finish(bench, session, results);
    const taken = performance.now() - begun;
    for (const result of results) session.free(result);
    return taken;
  };
  let running = [...all];
  // Round −1 only warms.
  for (let round = -1; round < effort.rounds; round++) {
    // Each round begins with another one, so that nobody always follows the same neighbour.
    const from = Math.max(0, round) % Math.max(1, running.length);
    for (const contestant of [...running.slice(from), ...running.slice(0, from)]) {
      try {
        const before = contestant.seat.session.kernelMs?.() ?? 0;
        const taken = await within(effort.call, turn(contestant));
        if (round >= 0) {
          contestant.times.push(taken);
          contestant.kernelMs += (contestant.seat.session.kernelMs?.() ?? 0) - before;
        }
        const spent = contestant.times.reduce((sum, time) => sum + time, 0);
        if (spent > effort.share) running = running.filter(other => other !== contestant);
      } catch (error) {
        contestant.note = error instanceof TooSlow ? `ended: ${error.message}` : String(error);
        running = running.filter(other => other !== contestant);
      }
    }
  }
}

/** Kernel time without the trip to the host: many calls in the queue, one wait. */
async function queue(contestant: Contestant, effort: Limits): Promise<void> {
  const { peer, seat, way, times } = contestant;
  const { session, x, built } = seat;
  const calls = Math.min(effort.queued, Math.floor(effort.queuedShare / Math.max(0.01, median(times))));
  if (peer.device === 'cpu' || calls < 3 || contestant.note !== undefined) return;
  await session.enter();
  const begun = performance.now();
  const started = Array.from({ length: calls }, () => way(session, x, built));
  const results = (await Promise.all(started)).flatMap(list => list ?? []);
  await session.settle(results);
  contestant.queued = (performance.now() - begun) / calls;
  for (const result of results) session.free(result);
}

function entryOf(contestant: Contestant): Entry {
  const { name, peer, seat, first, times, queued, kernelMs, error, recall, effort, note, remark } = contestant;
  const total = times.reduce((sum, time) => sum + time, 0);
  const optional = {
    ...(kernelMs > 0 && { kernels: kernelMs / total }),
    ...(queued !== undefined && { queued }),
    ...(seat.built && { built: seat.built.ms }),
    ...(recall !== undefined && { recall }),
    ...(effort !== undefined && { effort }),
    ...(note !== undefined && { note }),
    ...(remark !== undefined && { remark }),
  };
  return { name, device: peer.device, first, rounds: times, error, ...optional };
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
