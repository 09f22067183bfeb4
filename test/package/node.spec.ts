/** The package as a user of Node meets it: imported by its name, with and without the optional `webgpu` package. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testTools } from '../../scripts/paths.mjs';
import { vulkanEnvironment } from '../../scripts/vulkan.mjs';
import { project, runScript } from './support/user.ts';

const norms = (device: string): string => `
  import { norm, openDevice } from 'unitball';
  const device = await openDevice({ device: '${device}' });
  console.log(device.kind, JSON.stringify(await norm([[3, 4], [6, 8]], { axis: 1 }).toArray()));
  device.close();
`;

describe('the package in Node', () => {
  it('computes norms on cpu', async () => {
    expect(await runScript('cpu.mjs', norms('cpu'))).toBe('cpu [5,10]');
  });

  it('computes norms on the best device, without webgpu installed', async () => {
    expect(await runScript('auto.mjs', norms('auto'))).toBe('wasm [5,10]');
  });

  it('computes on wasm with threads, which end with the device', async () => {
    const script = `
      import { norm, openDevice } from 'unitball';
      const device = await openDevice({ device: 'wasm', threads: 2 });
      console.log(device.info.isFallback, device.info.limits.threads, device.info.features.includes('threads'));
      console.log(await norm(device.tensor(new Float32Array(200_000).fill(1), [2, 100_000]), { axis: 1, ord: 1 }).toArray());
      device.close();
    `;
    expect(await runScript('wasm.mjs', script)).toBe('false 2 true\n[ 100000, 100000 ]');
  });

  it('says what to install when WebGPU is asked for and not there', async () => {
    const script = `
      import { DeviceUnavailableError, openDevice } from 'unitball';
      const error = await openDevice({ device: 'webgpu' }).catch(error => error);
      console.log(error instanceof DeviceUnavailableError, error.message);
    `;
    expect(await runScript('missing.mjs', script)).toMatch(/^true openDevice: .*'webgpu'/);
  });

  it('finds the webgpu package by itself where it is installed', async () => {
    const link = join(project, 'node_modules/webgpu');
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    symlinkSync(join(testTools, 'node_modules/webgpu'), link, 'junction');
    try {
      expect(await runScript('webgpu.mjs', norms('webgpu'), vulkanEnvironment())).toBe('webgpu [5,10]');
    } finally {
      rmSync(link);
    }
  });

  it('ends by itself when devices are left open', async () => {
    const script = `
      import { norm, openDevice } from 'unitball';
      await openDevice();
      console.log(await norm([3, 4]).item());
    `;
    expect(await runScript('open.mjs', script)).toBe('5');
  });
});
