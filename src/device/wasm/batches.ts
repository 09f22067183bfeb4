/** Commands on their way to the workers: those of one tick travel in one message, and share one reply and one verdict. */
import { ShaderError } from '../../errors.ts';
import type { Verdict } from '../contract.ts';
import type { Crew } from './crew.ts';
import type { Command, Reply } from './protocol.ts';

/** What calls under way end with when the workers do. The engine knows why they did, and says so in its own words. */
const gone = (): Error => new Error('the workers were ended');

const trapped = (why: string): ShaderError => new ShaderError(`wasm: ${why}. This is a bug of unitball.`);

interface Batch {
  readonly commands: Command[];
  readonly reply: Promise<Reply>;
  readonly verdict: Verdict;
  /** Reads among the commands so far. */
  reads: number;
}

export class Batches {
  readonly #crew: Crew;
  #open: Batch | undefined;

  constructor(crew: Crew) {
    this.#crew = crew;
  }

  /** True where the workers have nothing to do, and will have nothing. */
  get isQuiet(): boolean {
    return this.#open === undefined && this.#crew.underway === 0;
  }

  /** Adds commands to this tick's batch; the verdict is that of the whole batch. */
  add(...commands: readonly Command[]): Verdict {
    const batch = (this.#open ??= this.#begin());
    batch.commands.push(...commands);
    return batch.verdict;
  }

  /** Copies bytes out of the workers' memory, after everything so far. */
  async read(at: number, bytes: number): Promise<ArrayBuffer> {
    const batch = (this.#open ??= this.#begin());
    const place = batch.reads++;
    batch.commands.push({ do: 'read', at, bytes });
    const { answers } = await batch.reply.catch(() => Promise.reject(gone()));
    return answers[place] as ArrayBuffer;
  }

  /** Posts commands in a batch of their own and waits for them. Rejects where a kernel trapped. */
  async post(commands: readonly Command[]): Promise<Reply> {
    const reply = await this.#crew.post(commands);
    if (reply.error !== undefined) throw trapped(reply.error);
    return reply;
  }

  /** Resolves when the workers have done everything so far. */
  async settled(): Promise<void> {
    while (!this.isQuiet) await this.add();
  }

  #begin(): Batch {
    const commands: Command[] = [];
    const reply = new Promise<Reply>((resolve, reject) =>
      queueMicrotask(() => {
        this.#open = undefined;
        this.#crew.post(commands).then(resolve, reject);
      }),
    );
    const verdict = reply.then(
      ({ error }) => (error === undefined ? undefined : trapped(error)),
      () => gone(),
    );
    return { commands, reply, verdict, reads: 0 };
  }
}
