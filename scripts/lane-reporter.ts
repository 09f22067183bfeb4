/**
 * A Vitest reporter for `npm test`: it writes what a lane ran, file by file, and on which adapters, so that the summary can
 * compare the lanes. Without LANE_REPORT in the environment (a folder) it does nothing. What it writes is a `LaneReport`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { excludedFrom, isLane } from '../test/lanes.ts';

/** Tests of one file; `broken` is 1 when the file itself failed: it did not load, or a hook of it threw. */
export interface FileCount {
  passed: number;
  failed: number;
  skipped: number;
  broken: number;
}

export interface LaneReport {
  readonly lane: string;
  readonly files: Record<string, FileCount>;
  readonly adapters: string[];
  /** Errors that belong to no test: an unhandled rejection, a page that crashed. */
  readonly strayErrors: number;
  /** The files that test/lanes.ts takes off this lane. */
  readonly excepted: string[];
}

export class LaneReporter implements Reporter {
  readonly #folder: string | undefined = process.env['LANE_REPORT'];

  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    if (this.#folder === undefined) return;
    mkdirSync(this.#folder, { recursive: true });
    const lanes = new Set(modules.map(module => module.project.name));
    for (const lane of lanes) {
      const own = modules.filter(module => module.project.name === lane);
      const report = reportOf(lane, own, strayErrors.length);
      writeFileSync(join(this.#folder, `${lane}.json`), JSON.stringify(report, null, 2));
    }
  }
}

function reportOf(lane: string, modules: readonly TestModule[], strayErrors: number): LaneReport {
  const files = modules.map(module => [pathOf(module), countOf(module)] as const);
  const adapters = modules.map(module => module.meta().adapter).filter(adapter => adapter !== undefined);
  const excepted = isLane(lane) ? excludedFrom(lane) : [];
  return { lane, files: Object.fromEntries(files), adapters: [...new Set(adapters)], strayErrors, excepted };
}

function pathOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId).replaceAll('\\', '/');
}

function countOf(module: TestModule): FileCount {
  const count = { passed: 0, failed: 0, skipped: 0, broken: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') count.passed++;
    else if (state === 'failed') count.failed++;
    else count.skipped++;
  }
  if (module.state() === 'failed' && count.failed === 0) count.broken = 1;
  return count;
}
