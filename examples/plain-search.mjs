/**
 * Search as anybody would write it without a library: a plain loop over flat rows, sums in doubles, and a list of the best so far.
 * The tour and the search page time it beside unitball, and judge unitball's answers by it. Nothing here imports the library.
 */

/** @typedef {(rows: Float32Array, at: number) => number} DistanceTo from the query to the row that begins at `at` */

/** For a query, its distance to any row. The names are those that unitball has for them. */
export const plainDistances = {
  /** @type {(query: ArrayLike<number>) => DistanceTo} */
  euclidean: query => (rows, at) => {
    let sum = 0;
    for (let k = 0; k < query.length; k++) {
      const gap = rows[at + k] - query[k];
      sum += gap * gap;
    }
    return Math.sqrt(sum);
  },
  /** @type {(query: ArrayLike<number>) => DistanceTo} */
  cosine: query => {
    let own = 0;
    for (let k = 0; k < query.length; k++) own += query[k] * query[k];
    return (rows, at) => {
      let [product, other] = [0, 0];
      for (let k = 0; k < query.length; k++) {
        const value = rows[at + k];
        product += value * query[k];
        other += value * value;
      }
      return 1 - product / Math.sqrt(own * other);
    };
  },
};

/** @typedef {{ row: number, distance: number }} Neighbour */

/**
 * The k nearest rows, nearest first; of equal ones the lower row. What was found in earlier rows goes in as `best`.
 * @param {DistanceTo} distanceTo
 * @param {Float32Array} rows
 * @param {number} columns
 * @param {number} k
 * @param {Neighbour[]} [best]
 * @param {number} [first] The number of the first row.
 * @returns {Neighbour[]}
 */
export function plainNearest(distanceTo, rows, columns, k, best = [], first = 0) {
  const list = [...best];
  let farthest = list.length === k ? list[k - 1].distance : Infinity;
  for (let row = 0, at = 0; at < rows.length; row++, at += columns) {
    const distance = distanceTo(rows, at);
    if (!(distance < farthest)) continue;
    let place = Math.min(list.length, k - 1);
    while (place > 0 && list[place - 1].distance > distance) place--;
    list.splice(place, 0, { row: first + row, distance });
    if (list.length > k) list.pop();
    if (list.length === k) farthest = list[k - 1].distance;
  }
  return list;
}

/**
 * What float32 may take from a distance, as a share of it: whoever is that much farther away than the true k-th is as near as that.
 * Of cosine distances it is a share of 1, since they are differences from 1.
 */
export const slack = 2 ** -18;
