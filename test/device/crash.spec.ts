/** Chromium's GPU process crashes under running work: every device of the page is lost, and a new one works. */
import { expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { DeviceLostError, norm, openDevice } from '../../src/index.ts';
import { openOwnDevice } from '../support/lane.ts';

it('a crashed GPU process rejects what is pending, and the page goes on', async () => {
  const device = await openOwnDevice();
  const x = device.tensor(new Float32Array(1 << 20).fill(1));
  expect(await norm(x).item()).toBe(1024);
  const pending = Promise.allSettled(Array.from({ length: 20 }, () => norm(x).item()));
  await (commands as unknown as { crashGpuProcess(): Promise<void> }).crashGpuProcess();
  const { reason, message } = await device.lost;
  expect(reason).toBe('unknown');
  expect(message).not.toBe('');
  // What was read before the crash may have come; the rest is told why not.
  const reasons = (await pending).flatMap(one => (one.status === 'rejected' ? [one.reason as unknown] : []));
  for (const one of reasons) expect(one).toBeInstanceOf(DeviceLostError);
  await expect(x.data()).rejects.toThrow(DeviceLostError);
  device.close();

  // The browser needs a moment to start another GPU process.
  for (let attempt = 0; ; attempt++) {
    try {
      const next = await openDevice({ device: 'webgpu' });
      expect(await norm(next.tensor([3, 4])).item()).toBe(5);
      next.close();
      break;
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
});
