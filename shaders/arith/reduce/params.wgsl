// What every reduction kernel is told: a box of cells × segments to reduce. A *cell* is one result, named by an outer and
// an inner index; its elements lie along the reduced axis, which may be cut into *segments* whose partial accumulators a
// second kernel merges. Strides and bases are in elements of the binding.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  outer: u32,            // cells of the box: outer · inner
  inner: u32,
  segments: u32,         // segments of the box for each cell
  first_segment: u32,    // the box's first segment, counted from the start of the axis
  segment_length: u32,   // elements of a segment, a multiple of 4
  length: u32,           // elements of the whole reduced axis
  base: u32,             // where the box's first element lies
  stride_outer: u32,
  stride_axis: u32,
  stride_inner: u32,
  out_base: u32,         // where the box's first result lies
  out_outer: u32,        // words from one result to the next
  out_inner: u32,
  out_segment: u32,      // … of partial accumulators, from one segment to the next
  out_plane: u32,        // from one output of a reduction to its next output
  neutral: u32,          // bits of an element that changes nothing, to fill up the last four
  power: f32,            // the exponent of a p-norm
}
@group(1) @binding(0) var<uniform> params: Params;
