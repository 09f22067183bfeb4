/** Drawing as fast as it goes, and no faster: for work that takes longer than the events that ask for it are apart. */

/**
 * `work` as a function that may be called at any time: it runs now, or once more after the run that is under way. Who asks
 * often gets the last state, and no queue. Resolves when nothing is left to do.
 */
export function latest(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let wanted = false;
  const run = async (): Promise<void> => {
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      running = undefined;
    }
  };
  return () => {
    wanted = true;
    return (running ??= run());
  };
}
