// What the kernels that walk rows are told: a box of rows × segments. A *segment* is a run of a row's elements; what is kept
// of it is a *list*, sorted. Lists of a row lie one behind the other, `k` pairs apart; only a row's last one may be shorter.
// Bases may lie before their binding: sums wrap round at 2³², and what is read or written lies in it.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  rows: u32,           // rows of the box
  segments: u32,       // segments of the box in each row; when lists are merged, those that come out
  first_segment: u32,  // the box's first segment, counted from the start of the row
  segment: u32,        // elements of a segment; when lists are merged, of one that goes in
  length: u32,         // elements of a whole row; at most so many where `counts` tells
  k: u32,              // pairs that are kept of a segment
  largest: u32,        // 1 where larger numbers come first
  base: u32,           // where element 0 of the box's first row would lie
  row_stride: u32,     // from a row to the next
  step: u32,           // from an element to the next that is looked at
  ids_base: u32,       // the same for ids that were given
  ids_row: u32,
  out_base: u32,       // where list 0 of the box's first row would lie, in pairs
  out_row: u32,        // from a row's lists to the next row's
  first_count: u32,    // where in `counts` the box's first row is told
  limit_base: u32,     // where the box's first row has its limit, in pairs
  limit_row: u32,
  chunks: u32,         // invocations that share a merged list
}
@group(1) @binding(0) var<uniform> params: Params;
