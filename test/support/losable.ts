/** A device of the lane that a spec can lose when it likes, as if its GPU had gone, and that counts what it runs. */
import { Device } from '../../src/tensor/index.ts';
import { Engine, type Backend, type LostInfo } from '../../src/device/index.ts';
import { openOwnDevice } from './lane.ts';

export interface Losable {
  readonly device: Device;
  /** Resolves when the device knows. */
  readonly lose: () => Promise<LostInfo>;
  /** Kernels that it was told to run so far. */
  readonly runs: () => number;
  /** Closes what is below it. */
  readonly close: () => void;
}

/** `options` stand in place of those that it was opened with, for whoever opens another like it. */
export async function openLosable(options?: Device['options']): Promise<Losable> {
  const below = await openOwnDevice({ debug: false });
  let announce: (info: LostInfo) => void = () => {};
  const lost = new Promise<LostInfo>(resolve => (announce = resolve));
  let runs = 0;
  const backend: Backend = new Proxy(below.engine.backend, {
    get(target, name) {
      if (name === 'lost') return lost;
      if (name === 'run') runs++;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const device = new Device(new Engine(backend), options ?? below.options);
  const lose = (): Promise<LostInfo> => {
    announce({ reason: 'unknown', message: 'the spec took it away' });
    return device.lost;
  };
  return { device, lose, runs: () => runs, close: () => below.close() };
}
