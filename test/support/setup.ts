/** Runs around every spec file of a lane: once its tests are done, it tells the reporter which adapter they ran on. */
import { afterAll } from 'vitest';
import { adapters } from './lane.ts';

afterAll(({}, file) => {
  const seen = adapters();
  if (seen !== '') file.meta.adapter = seen;
});
