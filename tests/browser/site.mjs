// The demo, served for the tests on a free port, and browsers that sign in to it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const PROGRAM = process.env.XUEFA_PROGRAM ?? new URL('../../target/debug/xuefa', import.meta.url).pathname;
const PASSWORD = 'walk through the demo';

// Without the last three flags the browser asks for addresses outside.
const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

const freePort = () => new Promise((found, failed) => {
  const probe = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});

// Starts the demo, or an empty installation on which the first command is that of the README: `made` is what it printed.
export async function startSite({ isEmpty = false, people = null } = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'xuefa-browser-'));
  const data = join(folder, 'data');
  const base = `http://127.0.0.1:${port}`;
  const env = { ...process.env, XUEFA_DATA: data, XUEFA_DATABASE: join(data, 'xuefa.db'), XUEFA_LISTEN: `127.0.0.1:${port}` };
  const made = isEmpty ? execFileSync(PROGRAM, ['create-admin', '--user-name', 'admin', '--name', '王敏'], { env, encoding: 'utf8' }) : '';
  const command = isEmpty ? ['serve'] : ['demo', '--listen', `127.0.0.1:${port}`, '--data', data, '--password', PASSWORD, ...(people ? ['--people', people] : [])];
  const server = spawn(PROGRAM, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  server.stdout.on('data', (piece) => { said += piece; });
  server.stderr.on('data', (piece) => { said += piece; });
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) break;
    if (server.exitCode !== null || tries > 3000) throw new Error(`the program did not start:\n${said}`);
    await new Promise((done) => { setTimeout(done, 100); });
  }
  const browser = await chromium.launch(CHROMIUM);
  async function signIn(page, role) {
    await page.goto('/login');
    await page.fill('#user_name', role);
    await page.fill('#password', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.click('main form:has(#user_name) button.main-action')]);
    if (new URL(page.url()).pathname === '/welcome') {
      await Promise.all([page.waitForNavigation(), page.click('main form button')]);
    }
  }
  return {
    base,
    browser,
    made,
    password: PASSWORD,
    log: () => said,
    // The letters of the demo, as files beside its database.
    letters: () => readdirSync(join(data, 'mail')).map((name) => readFileSync(join(data, 'mail', name), 'utf8')),
    async stop() {
      await browser.close();
      server.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    // A browser of its own in which a role is signed in; nobody when the role is null.
    async visitor(role, options = {}) {
      const { locale = 'zh-CN', width = 390, height = 844, dark = false, scripts = true, density = 1 } = options;
      const context = await browser.newContext({
        baseURL: base, locale, viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts, deviceScaleFactor: density,
      });
      const page = await context.newPage();
      if (role) await signIn(page, role);
      return { context, page };
    },
    // A tablet with a browser of its own, not a private window, in which a role is signed in; its camera sees a film.
    async tablet(role, film) {
      const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
      const context = await chromium.launchPersistentContext('', {
        ...CHROMIUM, args: [...CHROMIUM.args, ...camera], baseURL: base, locale: 'zh-CN', viewport: { width: 1024, height: 768 },
      });
      const page = await context.newPage();
      await signIn(page, role);
      return { context, page };
    },
  };
}
