/** Doing things one after the other, where some have to be waited for: nothing overtakes. */

/** Something to do; what it returns, those behind it wait for, however that ends. */
export type Action = () => Promise<unknown> | undefined | void;

export class Sequence {
  readonly #queue: Action[] = [];
  #waiting = false;

  /** True where nothing stands before a new action. */
  get isClear(): boolean {
    return !this.#waiting && this.#queue.length === 0;
  }

  /** Does something, at once where it can. */
  add(action: Action): void {
    if (this.isClear) this.waitFor(action());
    else this.#queue.push(action);
  }

  /** Lets everything that comes wait. */
  waitFor(waits: Promise<unknown> | undefined | void): void {
    if (!waits) return;
    this.#waiting = true;
    const goOn = (): void => {
      this.#waiting = false;
      while (!this.isClear && !this.#waiting) this.waitFor(this.#queue.shift()?.());
    };
    waits.then(goOn, goOn);
  }

  /** Forgets what was not begun. */
  drop(): void {
    this.#queue.length = 0;
  }
}
