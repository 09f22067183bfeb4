/**
 * Where plain numbers land: on the other operand's device, else on `{ device }`, else on the default one – cpu at first,
 * then the first device opened, then what `setDefaultDevice` says, and cpu again once that is closed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  concat,
  defaultDevice,
  DeviceClosedError,
  DeviceMismatchError,
  norm,
  openDevice,
  OptionError,
  setDefaultDevice,
  tensor,
  type Device,
} from '../../src/index.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let first: Device;
let second: Device;
beforeAll(async () => {
  first = await openLaneDevice();
  second = await openDevice({ device: 'cpu' });
});
afterAll(() => {
  first.close();
  second.close();
});

describe('the default device', () => {
  it('is what setDefaultDevice chose', async () => {
    setDefaultDevice(second);
    expect(defaultDevice()).toBe(second);
    expect(tensor([1]).device).toBe(second);
    setDefaultDevice(first);
    expect(tensor([1]).device).toBe(first);
    expect(norm([3, 4]).device).toBe(first);
    expect(await norm([3, 4], { ord: 1 }).item()).toBe(7);
  });

  it('does not change when another device opens', async () => {
    setDefaultDevice(first);
    const third = await openDevice({ device: 'cpu' });
    expect(defaultDevice()).toBe(first);
    third.close();
    expect(defaultDevice()).toBe(first);
  });

  it('is cpu again once it is closed', async () => {
    const brief = await openLaneDevice();
    setDefaultDevice(brief);
    expect(defaultDevice()).toBe(brief);
    brief.close();
    expect(defaultDevice().kind).toBe('cpu');
    expect(defaultDevice()).not.toBe(brief);
    expect(await norm([3, 4], { ord: 1 }).item()).toBe(7);
    setDefaultDevice(first);
  });

  it('cannot be a closed one, or none', async () => {
    const closed = await openDevice({ device: 'cpu' });
    closed.close();
    expectThrows(() => setDefaultDevice(closed), DeviceClosedError, 'setDefaultDevice', 'openDevice');
    expectThrows(() => setDefaultDevice(undefined as unknown as Device), OptionError, 'setDefaultDevice');
    expectThrows(() => setDefaultDevice('cpu' as unknown as Device), OptionError, 'setDefaultDevice');
  });
});

describe('plain numbers', () => {
  it('land on the option’s device', () => {
    setDefaultDevice(first);
    expect(norm([3, 4], { device: second }).device).toBe(second);
    expect(add([1], [2], { device: second }).device).toBe(second);
    expect(tensor([1], [1], { device: second }).device).toBe(second);
    expect(concat([[1], [2]], { device: second }).device).toBe(second);
  });

  it('land on the other operand’s device, whatever the default', () => {
    setDefaultDevice(first);
    const x = second.tensor([1, 2]);
    expect(add(x, [3, 4]).device).toBe(second);
    expect(add([3, 4], x).device).toBe(second);
    expect(add(3, x).device).toBe(second);
    expect(concat([[1], x]).device).toBe(second);
    expect(norm(x).device).toBe(second);
  });
});

describe('tensors of two devices', () => {
  it('do not mix, and the error says what to do', () => {
    expectThrows(
      () => add(first.tensor([1]), second.tensor([1])),
      DeviceMismatchError,
      'add',
      first.kind,
      'cpu',
      't.to(device)',
    );
    expectThrows(() => norm(first.tensor([1]), { device: second }), DeviceMismatchError, 'norm', 't.to(device)');
  });

  it('mix once brought together', async () => {
    expect(await add(first.tensor([1]), second.tensor([2]).to(first)).item()).toBe(3);
  });
});
