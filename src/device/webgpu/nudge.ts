/**
 * Waiting for a mapped buffer. Firefox looks for finished work on a slow timer unless something is submitted, so there a
 * readback that takes 1 ms would take 100: empty submits wake it up.
 */
import type { Verdict } from '../contract.ts';

const NEEDS_NUDGING = typeof navigator !== 'undefined' && /Firefox\//.test(navigator.userAgent ?? '');
const NUDGE_MS = 1;

/** Awaits `mapping`; where the staging buffer could not be had, rejects with that reason instead. */
export async function nudge(
  device: GPUDevice,
  mapping: Promise<undefined | void>,
  allocated: Verdict | undefined,
): Promise<void> {
  const timer = NEEDS_NUDGING ? setInterval(() => device.queue.submit([]), NUDGE_MS) : undefined;
  try {
    await mapping;
  } catch (error) {
    throw (await allocated) ?? error;
  } finally {
    clearInterval(timer);
  }
}
