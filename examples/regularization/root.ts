/** Where a falling function is 0. No page in here. */

/** Below this a length is the one that was asked for. */
const enough = 1e-12;
/** Far more than it takes. */
const most = 100;

/**
 * The place between two others at which `f` is 0, where it is above 0 at `from` and not at `to`: regula falsi as they do it in
 * Illinois. The last place that `f` hears of is the one that is returned.
 */
export async function rootOf(f: (x: number) => Promise<number>, from: number, to: number): Promise<number> {
  let [a, b] = [from, to];
  let [above, below] = [await f(a), await f(b)];
  let last = b;
  let value = below;
  let side = 0;
  for (let k = 0; k < most && Math.abs(value) > enough; k++) {
    last = (a * below - b * above) / (below - above);
    value = await f(last);
    if (value > 0) {
      [a, above] = [last, value];
      // An end that stays twice counts for half, lest it stays for ever.
      if (side === 1) below /= 2;
      side = 1;
    } else {
      [b, below] = [last, value];
      if (side === -1) above /= 2;
      side = -1;
    }
  }
  return last;
}
