/** PyTorch beside the benches: one Python process that times the same op on the same shape, when it is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('torch_ops.py', import.meta.url));

const nobody = about => ({ about, version: undefined, time: async () => [], close: async () => {} });

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
  return {
    about: `${hello.version} on ${hello.device}`,
    version: hello.version,
    async time({ bench, shape, readback }, quick) {
      child.stdin.write(`${JSON.stringify({ bench, shape, readback, rounds: quick ? 5 : 11 })}\n`);
      const found = await answer();
      if (found === undefined) return [{ name: 'PyTorch', device: hello.kind, note: 'its process ended' }];
      if (found.unknown) return [];
      const name = `PyTorch ${hello.kind}`;
      if (found.problem !== undefined) return [{ name, device: hello.kind, note: found.problem }];
      const { times, queued } = found;
      return [{ name, device: hello.kind, first: times[0], rounds: times.slice(1), queued, error: 0 }];
    },
    async close() {
      child.stdin.end();
      await Promise.race([gone, once(child, 'close')]);
    },
  };
}
