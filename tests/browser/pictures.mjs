// Takes the pictures of the help pages from the demo, in both languages, and makes them small with ImageMagick.
// Run by hand when a page that is shown looks different: `node pictures.mjs`, or `node pictures.mjs leader-board` for one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSite } from './site.mjs';
import { openSession, press } from './steps.mjs';

const FOLDER = new URL('../../templates/static/', import.meta.url).pathname;
const LANGUAGES = [['zh-CN', 'zh-CN'], ['en', 'en-GB']];

// As src/web/help.rs reckons: so many pixels of a picture are one of the page.
const DENSITY = 2;
const COLOURS = 6;

const mainAction = (page) => page.locator('main button.main-action').first();
const first = (page, selector) => page.locator(selector).first().getAttribute('href');

async function checkIn(page, { site, open }) {
  await page.goto(`${open.href}/checked-in`);
  if (await page.locator('.result-done').count() > 0) return;
  const { page: screen, context } = await site.visitor('hq', { scripts: false });
  await screen.goto(open.screens[0]);
  const digits = (await screen.locator('.screen-digits').innerText()).replace(/\D/g, '');
  await context.close();
  await page.goto('/c');
  await page.fill('#code', digits);
  await press(page, mainAction(page));
  await press(page, mainAction(page));
}

async function assignStudy(page) {
  await page.goto('/');
  await press(page, mainAction(page));
  await press(page, mainAction(page));
}

// The final report of a session that is inspected; HQ makes it first.
async function finalReport(page, { site }) {
  await page.goto('/inspection');
  const reports = await page.locator('main .rows a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const { page: office, context } = await site.visitor('hq', { scripts: false });
  for (const report of reports) {
    if (report.startsWith('/reports/final/')) {
      await page.goto(report);
      break;
    }
    const answer = await office.goto(`${report}/final`);
    if (answer.status() !== 200 || await mainAction(office).count() === 0) continue;
    await press(office, mainAction(office));
    await page.goto(new URL(office.url()).pathname);
    break;
  }
  await context.close();
}

// Each with its role, the way to its page, the parts of the page that are shown, and how high the picture is at the most.
const PICTURES = {
  'trainee-checked-in': { role: 'trainee', height: 480, go: checkIn, parts: ['.result'], margin: -4, most: 276 },
  'trainee-home': { role: 'trainee', go: (page) => page.goto('/'), parts: ['main > h2', 'main > .rows li'], most: 215, colours: 8 },
  'leader-board': { role: 'leader', go: (page) => page.goto('/'), parts: ['.table-box:has(.cell-tick) tbody tr'], most: 240, colours: 8 },
  'leader-check': { role: 'leader', go: assignStudy, parts: ['main h1', 'main .figures'], most: 250 },
  'clerk-screen': { role: 'clerk', width: 960, height: 540, density: 2 / 3, go: (page, { open }) => page.goto(open.screens[1]), parts: ['body'], margin: 0, most: 540 },
  'clerk-roll': { role: 'clerk', go: (page, { open }) => page.goto(`${open.href}/roll`), parts: ['main .table-box'], most: 225 },
  'office-figures': { role: 'hq', go: (page, { open }) => page.goto(open.href), parts: ['main .figures'], most: 180 },
  'office-steps': { role: 'hq', go: (page, { open }) => page.goto(open.href), parts: ['main .steps'], most: 260, colours: 4 },
  'administrator-accounts': { role: 'security', go: (page) => page.goto('/accounts'), parts: ['main .table-box'], most: 215 },
  'administrator-audit': { role: 'audit', go: (page) => page.goto('/audit'), parts: ['main .table-box'], most: 215 },
  'inspector-final': { role: 'inspector', go: finalReport, parts: ['main .panel'], most: 330 },
};

// What lies around the parts, with a margin.
async function clipOf(page, { parts, most, margin = 12 }) {
  const boxes = [];
  for (const part of parts) boxes.push(await page.locator(part).first().boundingBox());
  const left = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.x))) - margin);
  const top = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.y))) - margin);
  const right = Math.ceil(Math.max(...boxes.map((box) => box.x + box.width))) + margin;
  const bottom = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height))) + margin;
  return { x: left, y: top, width: Math.min(right, page.viewportSize().width) - left, height: Math.min(bottom - top, most) };
}

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'xuefa-pictures-'));
const site = await startSite();
try {
  const open = await openSession(site);
  for (const [name, picture] of Object.entries(PICTURES).filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
    for (const [language, locale] of LANGUAGES) {
      const { role, width = 390, height = 844, density = DENSITY, colours = COLOURS } = picture;
      const { context, page } = await site.visitor(role, { locale, width, height, density, scripts: false });
      await picture.go(page, { site, open });
      const taken = join(folder, 'taken.png');
      // What stays in view while one scrolls would lie over the part that is shown.
      await page.evaluate(() => document.querySelectorAll('.save-bar').forEach((bar) => { bar.style.position = 'static'; }));
      await page.screenshot({ path: taken, fullPage: true, clip: await clipOf(page, picture) });
      await context.close();
      const made = join(FOLDER, `help-${name}.${language}.png`);
      const plain = ['-strip', '-define', 'png:compression-level=9', '-define', 'png:compression-filter=0', '-define', 'png:compression-strategy=0'];
      execFileSync('convert', [taken, '+dither', '-colors', String(colours), ...plain, `PNG8:${made}`]);
      console.log(`${made.split('/').pop()}: ${(statSync(made).size / 1024).toFixed(1)} kB`);
    }
  }
} finally {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
}
