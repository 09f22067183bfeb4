/** placeholder: see the next commit */
import puppeteer from 'puppeteer';
export function browserFolders() {
  return ['/usr/lib/chromium'];
}
export async function launchBrowser() {
  return puppeteer.launch({
    headless: true,
    executablePath: '/usr/bin/chromium',
    protocolTimeout: 600_000,
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--no-first-run'],
  });
}
