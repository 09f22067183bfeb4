/**
 * A Vitest browser provider on Puppeteer: it launches one Chromium for a run and opens one page for each session. Vitest's
 * own providers need Playwright or WebDriver; this one needs the Puppeteer that the package tests use as well.
 *
 * It does not look for a browser: `launch` does, and is called when the first page is wanted.
 */
import { defineBrowserProvider } from '@vitest/browser';
import type { Browser, Page } from 'puppeteer';
import type { BrowserCommand, BrowserProvider, CDPSession, TestProject } from 'vitest/node';

export interface PuppeteerOptions {
  readonly launch: () => Promise<Browser>;
  /** A page that has not answered for this long is taken for hung, and its session fails. */
  readonly hangLimitMs?: number;
}

const heartbeatMs = 2_000;

class PuppeteerProvider implements BrowserProvider {
  readonly name = 'puppeteer';
  readonly supportsParallelism = true;
  readonly #project: TestProject;
  readonly #options: PuppeteerOptions;
  readonly #pages = new Map<string, Page>();
  #browser: Promise<Browser> | undefined;
  #closing = false;

  constructor(project: TestProject, options: PuppeteerOptions) {
    this.#project = project;
    this.#options = options;
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    if (this.#closing) throw new Error('The browser provider is closed.');
    await this.#pages.get(sessionId)?.close();
    this.#browser ??= this.#options.launch();
    const browser = await this.#browser;
    // Every session gets a context, and so a window, of its own: of the tabs of one window all but one are hidden, and
    // hidden tabs stall.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    this.#pages.set(sessionId, page);
    page.on('error', error => this.#fail(sessionId, `the page crashed: ${error.message}`));
    browser.once('disconnected', () => this.#fail(sessionId, 'the browser exited'));
    await page.goto(url, { timeout: 0 });
    this.#watch(sessionId, page, browser);
  }

  getCommandsContext(sessionId: string): Record<string, unknown> {
    return { page: this.#pages.get(sessionId) };
  }

  async getCDPSession(sessionId: string): Promise<CDPSession> {
    const page = this.#pages.get(sessionId);
    if (page === undefined) throw new Error(`No page is open for session ${sessionId}.`);
    return await page.createCDPSession();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#pages.clear();
    const browser = await this.#browser?.catch(() => undefined);
    await browser?.close();
  }

  /** Vitest's own time-outs run inside the page, so they cannot fire while it is stuck in a synchronous loop. */
  #watch(sessionId: string, page: Page, browser: Browser): void {
    const limit = this.#options.hangLimitMs ?? 120_000;
    const beat = (): void => {
      if (this.#closing || page.isClosed()) return;
      const hung = setTimeout(() => {
        this.#fail(sessionId, `the page did not answer for ${limit} ms`);
        browser.process()?.kill('SIGKILL');
      }, limit);
      page
        .evaluate('0')
        .catch(() => undefined)
        .finally(() => {
          clearTimeout(hung);
          setTimeout(beat, heartbeatMs).unref();
        });
    };
    beat();
  }

  #fail(sessionId: string, why: string): void {
    if (this.#closing) return;
    const error = new Error(`Chromium lane: ${why}.`);
    const session = sessionsOf(this.#project).getSession(sessionId);
    if (session === undefined) console.error(error.message);
    else session.fail(error);
  }
}

interface Sessions {
  getSession(id: string): { fail(error: Error): void } | undefined;
}

/** Vitest keeps its browser sessions in a member that its types leave out; without it a crash would look like a hang. */
function sessionsOf(project: TestProject): Sessions {
  const { _browserSessions } = project.vitest as unknown as { _browserSessions?: Sessions };
  return _browserSessions ?? { getSession: () => undefined };
}

export function puppeteerProvider(options: PuppeteerOptions): ReturnType<typeof defineBrowserProvider> {
  return defineBrowserProvider({
    name: 'puppeteer',
    supportedBrowser: ['chrome'],
    options,
    providerFactory: project => new PuppeteerProvider(project, options),
  });
}

/** `commands.crashGpuProcess()` in a spec: kills Chromium's GPU process, which loses every device of every page. */
export const crashGpuProcess: BrowserCommand = async context => {
  const { page } = context as unknown as { page: Page };
  const session = await page.browser().target().createCDPSession();
  await session.send('Browser.crashGpuProcess');
  await session.detach();
};
