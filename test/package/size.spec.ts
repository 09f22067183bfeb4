/** The size budgets of scripts/size.mjs, printed and held. */
import { expect, it } from 'vitest';
import { measure, table } from '../../scripts/size.mjs';

it('every room keeps to its size budget', async () => {
  const sizes = await measure();
  console.log(['minified and gzipped, as a page would load it:', ...table(sizes)].join('\n'));
  expect(sizes.filter(({ size, limit }) => size > limit)).toEqual([]);
});
