// The first k pairs of each segment, by one invocation a segment: a heap whose root is the last of those kept, so that most
// elements are turned away by one comparison; sorted at the end. No barriers.
// Constants: GROUP invocations in a workgroup, CAPACITY pairs that a heap may have.

@group(0) @binding(0) var<storage, read_write> lists: array<vec2u>;

var<private> heap: array<vec2u, CAPACITY>;

const LEVELS: u32 = 32u;  // more than any heap has

// Puts a pair in the place of the root of a heap of `size` pairs.
fn sift(pair: vec2u, size: u32) {
  var at = 0u;
  for (var level = 0u; level < LEVELS; level++) {
    let left = 2u * at + 1u;
    if (left >= size) { break; }
    let right = min(left + 1u, size - 1u);
    let chosen = select(left, right, before(heap[left], heap[right]));
    if (!before(pair, heap[chosen])) { break; }
    heap[at] = heap[chosen];
    at = chosen;
  }
  heap[at] = pair;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = group_number(workgroup, workgroups) * GROUP + lane;
  let row = unit / params.segments;
  let segment = params.first_segment + unit % params.segments;
  if (row >= params.rows) { return; }
  let start = segment * params.segment;
  let end = min(row_length(row), start + params.segment);
  if (start >= end) { return; }
  let size = min(params.k, end - start);
  for (var i = 0u; i < size; i++) { heap[i] = LAST; }
  var root = LAST;
  for (var i = start; i < end; i += 4u) {
    // What lies behind the end only lets a look at the others through.
    if (any(load_keys(row, i, 1u) <= vec4u(root.x))) {
      for (var j = i; j < min(end, i + 4u); j++) {
        let pair = load_pair(row, j);
        if (before(pair, root)) {
          sift(pair, size);
          root = heap[0];
        }
      }
    }
  }
  // The root is the last of what is left: it goes to the end, and what stood there is sifted from the top.
  for (var left = size - 1u; left > 0u; left--) {
    let last = heap[0];
    sift(heap[left], left);
    heap[left] = last;
  }
  let out = params.out_base + row * params.out_row + segment * params.k;
  for (var j = 0u; j < size; j++) { lists[out + j] = heap[j]; }
}
