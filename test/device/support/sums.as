/** Kernels for specs of the wasm device: small, slow on purpose, or wrong on purpose. */

/**
 * out[i] = factor · x[i] + i for `length` elements, so many a chunk. At `params`: x, out, length, elements a chunk,
 * factor, turns of idle work an element.
 */
export function affine(params: usize, chunk: u32, bench: usize): void {
  const x = load<u32>(params);
  const out = load<u32>(params, 4);
  const length = load<u32>(params, 8);
  const each = load<u32>(params, 12);
  const factor = load<f32>(params, 16);
  const turns = load<u32>(params, 20);
  const end = min(length, (chunk + 1) * each);
  for (let i = chunk * each; i < end; i++) {
    let value = factor * load<f32>(x + i * 4) + <f32>i;
    for (let turn: u32 = 0; turn < turns; turn++) value = -value;
    store<f32>(out + i * 4, turns & 1 ? -value : value);
  }
  store<u32>(bench, chunk);
}

/** Traps in its last chunk. At `params`: how many chunks there are. */
export function trap(params: usize, chunk: u32, bench: usize): void {
  if (chunk + 1 == load<u32>(params)) unreachable();
  store<u32>(bench, chunk);
}
