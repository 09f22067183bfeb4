// Where an invocation stands in a grid that the launcher may have cut and folded.
// Every parameter block begins with these two words, filled in by the launcher.

struct Grid {
  first_group: u32,  // groups of this kernel that earlier dispatches did
  group_count: u32,  // groups of the whole kernel; those behind it have nothing to do
}

// The number of a workgroup, counted over all dispatches of its kernel.
fn group_number(grid: Grid, workgroup: vec3u, workgroups: vec3u) -> u32 {
  return grid.first_group + workgroup.y * workgroups.x + workgroup.x;
}
