// Merges neighbouring sorted lists two by two and keeps the first k pairs of each two. An invocation writes ITEMS pairs of a
// merged list: it finds by bisection how many of those before them come from either list, and goes on from there. No barriers.
// Constants: GROUP invocations in a workgroup, ITEMS.
// `k` is that of the merged lists; those that go in have as many pairs or, where they cover fewer elements, all of those.

@group(0) @binding(0) var<storage, read_write> lists: array<vec2u>;

const BITS: u32 = 32u;  // steps of a bisection, at most

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = group_number(workgroup, workgroups) * GROUP + lane;
  let chunk = unit % params.chunks;
  let list = params.first_segment + (unit / params.chunks) % params.segments;
  let row = unit / params.chunks / params.segments;
  if (row >= params.rows) { return; }
  let before_list = 2u * list * params.segment;
  let length = row_length(row);
  let covered = max(length, before_list) - before_list;
  let k_in = min(params.k, params.segment);
  let size_a = min(k_in, covered);
  let size_b = min(k_in, covered - min(covered, params.segment));
  let size = min(params.k, size_a + size_b);
  let first = chunk * ITEMS;
  if (first >= size) { return; }
  let start_a = params.base + row * params.row_stride + 2u * list * k_in;
  let start_b = start_a + size_a;
  // Of the `first` pairs before this chunk, `low` come from a.
  var low = first - min(first, size_b);
  var high = min(first, size_a);
  for (var step = 0u; step < BITS; step++) {
    if (low >= high) { break; }
    let middle = (low + high) / 2u;
    let from_b = before(source[start_b + first - 1u - middle], source[start_a + middle]);
    low = select(middle + 1u, low, from_b);
    high = select(high, middle, from_b);
  }
  var at_a = low;
  var at_b = first - low;
  var a = source[start_a + min(at_a, size_a - 1u)];
  var b = LAST;
  if (at_b < size_b) { b = source[start_b + at_b]; }
  let out = params.out_base + row * params.out_row + list * params.k;
  for (var i = first; i < min(first + ITEMS, size); i++) {
    let from_b = (at_b < size_b) && ((at_a >= size_a) || before(b, a));
    lists[out + i] = select(a, b, from_b);
    at_a += select(1u, 0u, from_b);
    at_b += select(0u, 1u, from_b);
    // Places behind the end of a list are read from its end, and not used.
    let next = source[select(start_a + min(at_a, size_a - 1u), start_b + min(at_b, max(size_b, 1u) - 1u), from_b)];
    a = select(next, a, from_b);
    b = select(b, next, from_b);
  }
}
