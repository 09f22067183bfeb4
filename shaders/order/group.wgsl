// The first k pairs of each segment, by one workgroup a segment. Lanes read side by side and put what comes before the k-th
// pair so far into workgroup memory; when that is full it is sorted, and all behind the first k is forgotten.
// Constants: GROUP invocations in a workgroup, a power of two CAPACITY of pairs (twice k, or as many as a segment has), ITEMS
// that a lane reads at once.
//
// Where in memory a pair lands depends on the order in which lanes come; what is kept and how it is sorted does not.

@group(0) @binding(0) var<storage, read_write> lists: array<vec2u>;

var<workgroup> kept: array<vec2u, CAPACITY>;
var<workgroup> cursor: atomic<u32>;  // pairs that wanted a place, those that found none included
var<workgroup> filled: u32;          // the same, for all lanes to read

// Each round but the first and the last finds a place for half the capacity.
const ROUNDS: u32 = 2u + (2u * GROUP * ITEMS) / CAPACITY;

// Bitonic: sorts the first 2^log_count pairs.
fn sort_kept(lane: u32, log_count: u32) {
  for (var log_size = 1u; log_size <= log_count; log_size++) {
    for (var log_step = log_size; log_step > 0u; log_step--) {
      let step = 1u << (log_step - 1u);
      workgroupBarrier();
      for (var pair = lane; pair < (1u << (log_count - 1u)); pair += GROUP) {
        let low = 2u * pair - (pair & (step - 1u));
        let a = kept[low];
        let b = kept[low + step];
        let ascending = (low & (1u << log_size)) == 0u;
        if (before(b, a) == ascending) {
          kept[low] = b;
          kept[low + step] = a;
        }
      }
    }
  }
  workgroupBarrier();
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = group_number(workgroup, workgroups);
  let row = unit / params.segments;
  let segment = params.first_segment + unit % params.segments;
  if (row >= params.rows) { return; }
  let start = segment * params.segment;
  let end = min(row_length(row), start + params.segment);
  if (start >= end) { return; }
  if (lane == 0u) { atomicStore(&cursor, 0u); }
  workgroupBarrier();
  var worst = LAST;
  var taken = 0u;
  for (var tile = start; tile < end; tile += GROUP * ITEMS) {
    // LAST stands for a pair that needs no place.
    var waiting: array<vec2u, ITEMS>;
    for (var j = 0u; j < ITEMS; j++) {
      let i = tile + j * GROUP + lane;
      waiting[j] = LAST;
      if (i < end) { waiting[j] = load_pair(row, i); }
    }
    for (var round = 0u; round < ROUNDS; round++) {
      for (var j = 0u; j < ITEMS; j++) {
        if (before(waiting[j], worst)) {
          let place = atomicAdd(&cursor, 1u);
          if (place < CAPACITY) {
            kept[place] = waiting[j];
            waiting[j] = LAST;
          }
        }
      }
      workgroupBarrier();
      if (lane == 0u) { filled = atomicLoad(&cursor); }
      taken = workgroupUniformLoad(&filled);
      if (taken <= CAPACITY) { break; }
      sort_kept(lane, LOG_CAPACITY);
      worst = kept[params.k - 1u];
      if (lane == 0u) { atomicStore(&cursor, params.k); }
      workgroupBarrier();
    }
  }
  let log_count = 32u - countLeadingZeros(max(taken, 1u) - 1u);
  for (var i = taken + lane; i < (1u << log_count); i += GROUP) { kept[i] = LAST; }
  sort_kept(lane, log_count);
  let out = params.out_base + row * params.out_row + segment * params.k;
  for (var i = lane; i < min(params.k, end - start); i += GROUP) {
    var pair = LAST;
    if (i < taken) { pair = kept[i]; }
    lists[out + i] = pair;
  }
}
