/** Opening devices: kinds, falling back, sharing, what is refused and with which words; closing them. */
import { describe, expect, it } from 'vitest';
import { DeviceClosedError, DeviceUnavailableError, norm, openDevice, OptionError } from '../../src/index.ts';
import { laneKind, openLaneDevice } from '../support/lane.ts';

const noAdapter = { requestAdapter: async () => null };

describe('openDevice', () => {
  it('gives the kind that is asked for', async () => {
    for (const kind of ['cpu', 'wasm'] as const) {
      const device = await openDevice({ device: kind });
      expect(device.kind).toBe(kind);
      expect(device.info.kind).toBe(kind);
      device.close();
    }
    const lane = await openLaneDevice();
    expect(lane.kind).toBe(laneKind);
    lane.close();
  });

  it('runs the cpu kernels as wasm, and says so, where the engine has no SIMD', async () => {
    const device = await openDevice({ device: 'wasm', assume: { simd: false } });
    expect(device.info.kernels).toEqual({ others: 'cpu' });
    expect(device.info.isFallback).toBe(true);
    expect(device.info.description).toContain('cpu kernels');
    expect(device.info.description).toContain('no WebAssembly SIMD');
    const x = device.tensor([3, 4]);
    expect(x.dtype).toBe('float32');
    expect(await norm(x).item()).toBe(5);
    device.close();
  });

  it('takes wasm where auto finds no real GPU', async () => {
    for (const gpu of [noAdapter, { requestAdapter: async () => Promise.reject(new Error('driver')) }]) {
      const device = await openDevice({ gpu });
      expect(device.kind).toBe('wasm');
      device.close();
    }
    const auto = await openDevice();
    expect(auto.kind).toBe(auto.info.noGpu ? 'wasm' : 'webgpu');
    auto.close();
  });

  it('tells why there is no webgpu device, and what to do', async () => {
    await expect(openDevice({ device: 'webgpu', gpu: noAdapter })).rejects.toThrow(DeviceUnavailableError);
    await expect(openDevice({ device: 'webgpu', gpu: noAdapter })).rejects.toThrow(
      /^openDevice: no webgpu device: .*no adapter.*'auto'/,
    );
    await expect(openDevice({ device: 'webgpu', gpu: {} })).rejects.toThrow(/requestAdapter/);
  });

  it('refuses what is no device', async () => {
    await expect(openDevice({ device: 'gpu' as 'cpu' })).rejects.toThrow(OptionError);
    await expect(openDevice({ device: 'gpu' as 'cpu' })).rejects.toThrow(/auto, webgpu, wasm, cpu/);
    await expect(openDevice({ device: 'cpu', gpuDevice: {} })).rejects.toThrow(OptionError);
    await expect(openDevice({ gpuDevice: {} })).rejects.toThrow(/not a GPUDevice/);
  });
});

describe('close', () => {
  it('resolves lost, frees all, and refuses later work with a typed error', async () => {
    const device = await openLaneDevice();
    const x = device.tensor([3, 4]);
    const pending = norm(x).item();
    pending.catch(() => {});
    device.close();
    expect((await device.lost).reason).toBe('closed');
    expect(device.memory().live).toBe(0);
    expect(() => norm(x)).toThrow(DeviceClosedError);
    expect(() => norm(x)).toThrow(/^norm: .*openDevice/);
    expect(() => device.tensor([1])).toThrow(DeviceClosedError);
    await expect(x.data()).rejects.toThrow(DeviceClosedError);
    await expect(pending).rejects.toThrow(DeviceClosedError);
    x.dispose();
    device.close();
  });
});
