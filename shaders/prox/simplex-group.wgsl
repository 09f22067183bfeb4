// A workgroup shares a row. GROUP is a power of two.

const LANES: u32 = GROUP;

// Sums, and in w the largest of something.
var<workgroup> parts: array<vec4f, GROUP>;
var<workgroup> whole: vec4f;

fn row_of(group: u32, index: u32) -> u32 { return group; }
fn lane_of(index: u32) -> u32 { return index; }

// What all lanes saw of their row.
fn joined(own: vec4f, lane: u32) -> vec4f {
  parts[lane] = own;
  workgroupBarrier();
  for (var width = GROUP / 2u; width > 0u; width = width / 2u) {
    if (lane < width) {
      let other = parts[lane + width];
      parts[lane] = vec4f(parts[lane].xyz + other.xyz, max(parts[lane].w, other.w));
    }
    workgroupBarrier();
  }
  if (lane == 0u) { whole = parts[0]; }
  return workgroupUniformLoad(&whole);
}
