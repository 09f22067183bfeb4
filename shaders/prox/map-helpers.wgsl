// Helpers for the expressions of prox's maps. They stand on those of tensor/map-helpers.wgsl.

// x brought towards 0 by t, and 0 where it would pass it.
fn softened(x: vec4f, t: vec4f) -> vec4f {
  let moved = select(x - t, x + t, x < vec4f());
  return select(select(moved, vec4f(), abs(x) < t), nan4(), nans(x));
}

// x where its magnitude is above t, else 0.
fn hardened(x: vec4f, t: vec4f) -> vec4f {
  return select(select(vec4f(), x, abs(x) > t), nan4(), nans(x));
}

// x of a vector of length n that is made shorter by t.
fn shortened(x: vec4f, n: vec4f, t: vec4f) -> vec4f {
  let shorter = x * (vec4f(1.0) - share_of_norm(t, n));
  return select(select(vec4f(), shorter, n > t), nan4(), nans(x) | nans(n));
}

// x / (1 + s) near 0, and brought towards 0 by s·d beyond d·(1 + s).
fn huber_softened(x: vec4f, s: vec4f, d: vec4f) -> vec4f {
  let moved = select(x - s * d, x + s * d, x < vec4f());
  return select(select(moved, quotient(x, vec4f(1.0) + s), abs(x) <= d + s * d), nan4(), nans(x));
}

// r in place of lengths n that are no more than r, but for a factor that allows for rounding.
fn length_or_radius(n: vec4f, r: vec4f, allowed: vec4f) -> vec4f {
  return select(select(n, r, n <= r * allowed), nan4(), nans(n));
}

// x of a vector of length n, brought to length r; x itself where both are the same.
fn rescaled(x: vec4f, n: vec4f, r: vec4f) -> vec4f {
  return select(select(share_of_norm(x, n) * r, x, n == r), nan4(), nans(n));
}
