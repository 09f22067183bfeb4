// Where a workgroup stands in a grid that the launcher may have cut and folded in two dimensions.
// Every parameter block begins with two words that the launcher fills in:
//   first_group  groups of this kernel that earlier dispatches did
//   group_count  groups of the whole kernel

// The number of a workgroup, counted over all dispatches of its kernel. Folding may add a few behind `group_count`, which
// must find out from the kernel's own counts that they have nothing to do.
fn group_number(workgroup: vec3u, workgroups: vec3u) -> u32 {
  return params.first_group + workgroup.y * workgroups.x + workgroup.x;
}
