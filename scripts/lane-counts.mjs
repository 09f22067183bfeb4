/**
 * Whether the lanes ran the same tests. A green lane that left half of the specs out proves nothing, so every file must run
 * as many tests on every lane as on the first lane that runs it, but for what test/lanes.ts takes off a lane, with a reason.
 *
 * Pure: it reads the reports that lane-reporter.ts wrote (`LaneReport`) and gives sentences.
 */

const ran = ({ passed, failed }) => passed + failed;

/** @returns {{ passed: number, failed: number, skipped: number }} */
export function totals(report) {
  const sum = { passed: 0, failed: report.strayErrors, skipped: 0 };
  for (const { passed, failed, skipped, broken } of Object.values(report.files)) {
    sum.passed += passed;
    sum.failed += failed + broken;
    sum.skipped += skipped;
  }
  return sum;
}

/** What is wrong with the counts of these lanes, one sentence each; the first lane is the one that the others are held to. */
export function mismatches(reports) {
  const wrong = [];
  for (const report of reports) {
    const { passed, failed } = totals(report);
    if (passed + failed === 0) wrong.push(`lane ${report.lane} ran no test`);
  }
  for (const file of new Set(reports.flatMap(report => Object.keys(report.files)))) {
    const first = reports.find(report => file in report.files);
    const expected = ran(first.files[file]);
    for (const { lane, files: own, excepted } of reports) {
      if (lane === first.lane) continue;
      const got = file in own ? ran(own[file]) : 0;
      if (excepted.includes(file)) {
        if (file in own) wrong.push(`${file} ran on lane ${lane}, which test/lanes.ts takes it off`);
      } else if (got !== expected) {
        wrong.push(`${file}: ${got} tests on lane ${lane}, ${expected} on lane ${first.lane}`);
      }
    }
  }
  return wrong;
}
