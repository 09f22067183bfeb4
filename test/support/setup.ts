/**
 * Runs around every spec file of a lane: once its tests are done, it tells the reporter which adapter they ran on, and sees that
 * the file closed its devices, since the next one may share the library's modules with it.
 */
import { afterAll } from 'vitest';
import { defaultDevice } from '../../src/index.ts';
import { adapters } from './lane.ts';

afterAll(({}, file) => {
  const seen = adapters();
  if (seen !== '') file.meta.adapter = seen;
  const left = defaultDevice();
  if (left.kind === 'cpu') return;
  left.close();
  throw new Error(
    `${file.name} leaves a device of kind ${left.kind} open, which is the default of the next file. Close it.`,
  );
});
