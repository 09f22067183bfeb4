/** Chromium's GPU process crashes: an index with a copy on the host goes on by itself, on another device. */
import { expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { FlatIndex, type DeviceChangeEvent } from '../../src/index.ts';
import { openOwnDevice } from '../support/lane.ts';

it('a crashed GPU process is no loss to an index', async () => {
  const device = await openOwnDevice();
  const index = FlatIndex.create(device, { dim: 2, metric: 'euclidean' });
  await index.add([
    [0, 0],
    [3, 4],
  ]);
  const blob = await index.toBlob();
  const onFile = await FlatIndex.load(blob, { device, keepHostCopy: false });
  const events: Event[] = [];
  index.addEventListener('devicechange', event => events.push(event));
  expect([...(await index.search([0, 4], { k: 2 })).ids]).toEqual([1, 0]);

  await (commands as unknown as { crashGpuProcess(): Promise<void> }).crashGpuProcess();
  await device.lost;
  expect([...(await index.search([0, 4], { k: 2 })).ids]).toEqual([1, 0]);
  expect([...(await onFile.search([0, 4], { k: 2 })).ids]).toEqual([1, 0]);
  expect(events.length).toBe(1);
  expect((events[0] as DeviceChangeEvent).previous).toBe(device);
  expect(index.device).not.toBe(device);
  expect(index.device).toBe(onFile.device);
  index.dispose();
  onFile.dispose();
  index.device.close();
  device.close();
});
