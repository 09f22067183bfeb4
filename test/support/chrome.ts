/** What only the chrome lane can do to its browser. Import it from specs that test/lanes.ts takes off the other lanes. */
import { commands } from 'vitest/browser';

declare module 'vitest/internal/browser' {
  interface BrowserCommands {
    crashGpuProcess(): Promise<void>;
  }
}

/** Kills Chromium's GPU process, as a driver's crash would; every GPUDevice of every page is lost by it. */
export function crashGpuProcess(): Promise<void> {
  return commands.crashGpuProcess();
}
