/** PyTorch beside the benches and the series of sizes: one Python process that times the same op on the same shapes, when it is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median } from '../report.mjs';

const script = fileURLToPath(new URL('torch_ops.py', import.meta.url));

const nobody = about => ({
  about,
  version: undefined,
  time: async () => [],
  series: async () => undefined,
  close: async () => {},
});

/** Never rejects: where there is no PyTorch, `about` says so and there are no times. */
export async function openTorch(python) {
  if (python === 'none') return nobody('left out');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise(resolve => child.on('error', resolve).on('exit', resolve));
  /** The next line, or undefined where the process has ended. */
  const answer = async () => {
    const line = await Promise.race([lines.next(), gone.then(() => undefined)]);
    return line?.value === undefined ? undefined : JSON.parse(line.value);
  };
  child.stdin.on('error', () => {}); // told by `gone`
  const hello = await answer();
  if (hello?.version === undefined) return nobody(hello?.problem ?? `'${python}' could not be run`);
  const name = `PyTorch ${hello.kind}`;
  const ask = question => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return answer();
  };
  return {
    about: `${hello.version} on ${hello.device}`,
    version: hello.version,
    async time({ bench, shape, readback }, quick) {
      const found = await ask({ bench, shape, readback, rounds: quick ? 5 : 11 });
      if (found === undefined) return [{ name, device: hello.kind, note: 'its process ended' }];
      if (found.unknown) return [];
      if (found.problem !== undefined) return [{ name, device: hello.kind, note: found.problem }];
      const { times, queued } = found;
      return [{ name, device: hello.kind, first: times[0], rounds: times.slice(1), queued, error: 0 }];
    },
    /** The points of a series of ours, as long as they do not take longer than the limit. Undefined where PyTorch has no such op. */
    async series({ op, varies, shape, points }, { limit, rounds }) {
      const own = { op, varies, shape, name, device: hello.kind, points: [] };
      for (const { at, bytes, flops, operands, k } of points) {
        const found = await ask({ sweep: op, operands, k, rounds });
        if (found?.unknown) return undefined;
        const problem = found === undefined ? 'its process ended' : found.problem;
        if (problem !== undefined) return { ...own, note: problem };
        const ms = median(found.times);
        own.points.push({ at, ms, peak: found.peak, bytes, flops, operands, k });
        if (ms > limit) break;
      }
      return own;
    },
    async close() {
      child.stdin.end();
      await Promise.race([gone, once(child, 'close')]);
    },
  };
}
