/** Whether there may be a GPU at all. Node's builtins only. */
import { existsSync, readdirSync } from 'node:fs';

/** A device node of a GPU driver. On Linux, without one there is no hardware that a driver could find. */
export function hasGpuNode() {
  if (process.platform !== 'linux') return true;
  const render = existsSync('/dev/dri') && readdirSync('/dev/dri').some(name => name.startsWith('renderD'));
  return render || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
}
