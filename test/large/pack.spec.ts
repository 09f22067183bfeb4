/**
 * The pack for GPU machines, made of one spec file and run as it would be elsewhere: out of a folder of its own, with next to no
 * environment. It must refuse a software adapter, run what it has when told to, and notice a test that is missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SPEC = 'test/tensor/views.spec.ts';
const BENCH = 'norm/rows';
const SWEEP = 'matmul, n';

interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly expected: number;
  readonly adapters: readonly string[];
}

interface BenchReport {
  readonly hosts: readonly {
    readonly outcomes: readonly {
      readonly bench: string;
      readonly entries: readonly { readonly name: string; readonly rounds?: readonly number[] }[];
    }[];
    readonly sweeps: readonly {
      readonly op: string;
      readonly varies: string;
      readonly device: string;
      readonly points: readonly object[];
    }[];
  }[];
}

let folder: string;
let isSoftware: boolean;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unitball-pack-'));
  const args = ['bench/gpu/pack.mjs', '--trial', '--out', join(folder, 'pack'), '--file', SPEC];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: process.cwd() });
  if (status !== 0) throw new Error(`there is no pack: ${stderr}`);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Only what tells where the Vulkan driver is comes along. */
function start(...args: string[]): { status: number | null; output: string } {
  const env: Record<string, string> = { PATH: '/usr/bin:/bin' };
  for (const name of ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'LD_LIBRARY_PATH'])
    if (process.env[name] !== undefined) env[name] = process.env[name];
  const options = { encoding: 'utf8', cwd: folder, env } as const;
  const { status, stdout, stderr } = spawnSync(join(folder, 'pack/run.sh'), args, options);
  return { status, output: stdout + stderr };
}

const report = <T>(name: string): T => JSON.parse(readFileSync(join(folder, 'out', name), 'utf8')) as T;

it('says how it is used', () => {
  const { status, output } = start('everything', 'out', 'more');
  expect(status).toBe(2);
  expect(output).toContain('run.sh [test|bench|sizes|all] OUT');
});

it('refuses an adapter that is a CPU', () => {
  const { status, output } = start('test', 'out', '--filter', 'nothing has such a name');
  isSoftware = output.includes('--software runs nevertheless');
  expect(status).toBe(isSoftware ? 3 : 2);
  expect(output).toContain('adapter: ');
});

it('runs as many tests as Vitest counts', () => {
  const { status, output } = start('test', 'out', '--software');
  expect(output).toContain('All is well.');
  expect(status).toBe(0);
  const { passed, failed, expected, adapters } = report<TestReport>('tests.json');
  expect(passed).toBe(expected);
  expect(failed).toBe(0);
  expect(expected).toBeGreaterThan(5);
  expect(adapters).toEqual([expect.stringContaining('webgpu: ')]);
});

it('runs benches, and says which adapter it was', () => {
  const { status, output } = start('bench', 'out', '--software', '--quick', '--filter', BENCH, '--python', 'none');
  expect(output).toContain('All is well.');
  expect(status).toBe(0);
  const [outcome] = report<BenchReport>('bench.json').hosts[0]?.outcomes ?? [];
  expect(outcome?.bench).toBe(BENCH);
  const ours = outcome?.entries.find(({ name }) => name === 'unitball webgpu');
  expect(ours?.rounds?.length).toBeGreaterThan(0);
  const { adapter } = report<{ adapter: { name: string; limits: object } }>('machine.json');
  expect(output).toContain(adapter.name);
  expect(adapter.limits).toHaveProperty('maxStorageBufferBindingSize');
});

it('measures cost against size alone, when it is asked to', () => {
  const { status, output } = start('sizes', 'out', '--software', '--quick', '--filter', SWEEP, '--python', 'none');
  expect(output).toContain('All is well.');
  expect(status).toBe(0);
  const [host] = report<BenchReport>('bench.json').hosts;
  expect(host?.outcomes).toEqual([]);
  const [series] = host?.sweeps ?? [];
  expect([series?.op, series?.varies, series?.device]).toEqual([...SWEEP.split(', '), 'webgpu']);
  expect(series?.points.length).toBeGreaterThan(1);
  expect(readFileSync(join(folder, 'out/bench.html'), 'utf8')).toContain(
    `aria-label="${SWEEP.replace(',', ': rate against')}"`,
  );
});

it('does without a Python, and says so', () => {
  const { status, output } = start(
    'sizes',
    'out',
    '--software',
    '--quick',
    '--filter',
    SWEEP,
    '--python',
    '/no/python',
  );
  expect(output).toContain("PyTorch: '/no/python' could not be run");
  expect(status).toBe(0);
});

it('is not well where nothing has such a name', () => {
  const { status, output } = start('all', 'out', '--software', '--filter', 'no such name', '--python', 'none');
  expect(output).toContain("Nothing has a name with 'no such name' in it, so nothing ran.");
  expect(status).toBe(2);
});

it('refuses to begin where it cannot write', () => {
  writeFileSync(join(folder, 'a-file'), '');
  const { status, output } = start('test', 'a-file/out', '--software');
  expect(output).toContain('a-file/out cannot be written to');
  expect(status).toBe(2);
});

it('says in the end what failed, by name', () => {
  const path = join(folder, 'pack/specs', SPEC.replace(/ts$/, 'js'));
  const text = readFileSync(path, 'utf8');
  const wrong = text.replace('toBe(before)', 'toBe(before + 1)');
  expect(wrong).not.toBe(text);
  writeFileSync(path, wrong);
  const { status, output } = start('test', 'out', '--software');
  writeFileSync(path, text);
  expect(status).toBe(1);
  expect(output).toMatch(
    /What failed, in short:\n {2}test\/tensor\/views\.spec\.ts: views > take no memory of their own\n$/,
  );
});

it('fails where a test is missing', () => {
  const path = join(folder, 'pack/manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { tests: Record<string, number> };
  const tests = { ...manifest.tests, [SPEC]: (manifest.tests[SPEC] ?? 0) + 1 };
  writeFileSync(path, JSON.stringify({ ...manifest, tests }));
  const { status, output } = start('test', 'out', '--software');
  expect(status).toBe(1);
  expect(output).toContain('tests ran, and Vitest counts');
});
