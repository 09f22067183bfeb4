/**
 * Rows as embeddings have them: of unit length, and near 24 dimensions of all there are. Rows that are random in all dimensions have
 * hardly any neighbours to walk along, and no graph finds its way among them.
 */

/** Dimensions in which rows differ, and how large what they have in the others is beside that. */
const LATENT = 24;
const NOISE = 0.1;

/** Sums of random directions, which are the first of the numbers, by weights that are a row's own first. */
export function embeddings(
  random: Float32Array<ArrayBuffer>,
  [rows = 1, columns = 1]: readonly number[],
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(random.length);
  for (let first = 0; first < rows * columns; first += columns) {
    let squares = 0;
    for (let k = 0; k < columns; k++) {
      let sum = NOISE * (random[first + k] ?? NaN);
      for (let j = 0; j < LATENT; j++) {
        // Three uniform numbers make a bell.
        const weight =
          (random[first + 3 * j] ?? NaN) + (random[first + 3 * j + 1] ?? NaN) + (random[first + 3 * j + 2] ?? NaN);
        sum += weight * (random[j * columns + k] ?? NaN);
      }
      out[first + k] = sum;
      squares += sum * sum;
    }
    const length = Math.sqrt(squares);
    for (let k = first; k < first + columns; k++) out[k] = (out[k] ?? NaN) / length;
  }
  return out;
}
