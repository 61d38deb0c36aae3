// The kiosk as a clerk opens it on a tablet.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { picture } from './qr.mjs';
import { openSession, press } from './steps.mjs';

// Opens a kiosk in the browser of a clerk who is signed in there, and waits until it can go on without a network.
async function openKiosk(page, href, report) {
  await page.goto(`${href}/kiosks`);
  await press(page, page.locator('main button[name=on]'));
  report.check(new URL(page.url()).pathname === '/kiosk', `opening on this device leads to the kiosk, not ${page.url()}`);
  await page.waitForSelector('#status[data-ready][data-people]');
}

// The kiosk goes on without a network and sends each check-in once; its script is what does so.
export async function aKioskGoesOnWithoutANetwork(site, report) {
  const { href } = await openSession(site);
  const hq = await site.visitor('hq', { width: 1440, height: 900, scripts: false });
  const present = async () => {
    await hq.page.goto(href);
    return Number(await hq.page.locator('.figures a[href$="state=present"]').innerText());
  };
  const before = await present();
  const { context, page } = await site.visitor('clerk', { width: 1024, height: 768 });
  await openKiosk(page, href, report);
  const waiting = () => page.locator('#status').getAttribute('data-waiting');

  // A page that is loaded anew may ask before the browser has told it that it is offline: what it sends is held back as well.
  await context.setOffline(true);
  await context.route('**/kiosk/sync', (route) => route.abort());
  const names = [];
  for (const keys of ['l', 'w']) {
    await page.fill('#q', keys);
    const pick = page.locator('#people button.row:has(.button)').first();
    names.push(await pick.locator('.row-title').innerText());
    await pick.click();
    // The result comes when the check-in is stored on the device, and goes after three seconds or a tap.
    const told = await page.waitForFunction(() => { const result = document.getElementById('result'); return !result.hidden && result.innerText; }, null, { polling: 50 })
      .then((handle) => handle.jsonValue(), () => 'nothing');
    report.check(told.includes('已签到') && told.includes(names.at(-1)), `${names.at(-1)} is told so without a network: ${told}`);
    await page.evaluate(() => document.getElementById('result').click());
    await page.waitForSelector('#result', { state: 'hidden' });
  }
  report.check(await waiting() === '2', 'two are waiting');
  await page.reload();
  await page.waitForSelector('#status[data-people]');
  report.check(await waiting() === '2', 'and still are after the page was loaded anew');
  report.check(/网络中断.*待同步 2 条/.test(await page.locator('#status').innerText()), 'the line at the foot says so');
  await page.fill('#q', names[0]);
  report.check((await page.locator('#people').innerText()).includes('已签到'), 'the roster is there, and knows who waits');
  const meanwhile = await present();
  report.check(meanwhile === before, `nothing has arrived yet, before ${before}, now ${meanwhile}`);

  await context.unroute('**/kiosk/sync');
  await context.setOffline(false);
  await page.waitForSelector('#status[data-waiting="0"]', { timeout: 20000 });
  report.check(await present() === before + 2, `two more are present, before ${before}, now ${await present()}`);
  await page.reload();
  await page.waitForSelector('#status[data-people]');
  report.check(await present() === before + 2, 'and loading the page again adds nobody');
  await page.goto('/sessions');
  report.check(new URL(page.url()).pathname === '/login', `the kiosk opens no other page: ${page.url()}`);

  // One's phone, opened at the door: the QR's address is read off by the test as a phone would.
  await page.goto('/kiosk');
  await page.waitForSelector('#status[data-people]');
  await page.fill('#q', 'z');
  await press(page, page.locator('#people li:has(.row .button) > .button-quiet').first());
  report.check(await page.locator('.kiosk-qr svg').count() === 1, 'the kiosk shows a QR for the phone');
  await context.close();
  await hq.context.close();
}

// A QR code that a page draws as a camera's film of one frame, which is what Chromium's camera for tests plays.
async function film(page, svg, file) {
  const { width, height, grey } = await picture(page, svg, { width: 640, height: 480, side: 300 });
  const colour = Buffer.alloc((width * height) / 2, 128);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C420jpeg\nFRAME\n`), Buffer.from(grey), colour]));
}

// A clerk's tablet with a camera, before which somebody holds the slip with their code.
export async function aKioskReadsACodeByItsCamera(site, report) {
  const { href, page, context } = await openSession(site);
  await page.goto(`${href}/slips`);
  const slip = page.locator('.slip').last();
  const name = await slip.locator('.slip-name').innerText();
  const folder = mkdtempSync(join(tmpdir(), 'xuefa-camera-'));
  const file = join(folder, 'slip.y4m');
  await film(page, slip.locator('svg'), file);

  const tablet = await site.tablet('clerk', file);
  await openKiosk(tablet.page, href, report);
  const devtools = await tablet.context.newCDPSession(tablet.page);
  const { errors } = await devtools.send('Page.getAppManifest');
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  report.check(errors.length === 0 && installabilityErrors.length === 0, `the kiosk can be installed: ${JSON.stringify([errors, installabilityErrors])}`);

  const readsByItself = await tablet.page.evaluate(async () => (await window.BarcodeDetector?.getSupportedFormats() ?? []).includes('qr_code'));
  console.log(`this browser ${readsByItself ? 'reads codes by itself' : 'needs the reader that comes with the program'}`);
  await tablet.page.click('#camera');
  const told = await tablet.page.waitForFunction(() => { const result = document.getElementById('result'); return !result.hidden && result.innerText; }, null, { polling: 50 })
    .then((handle) => handle.jsonValue(), () => 'nothing');
  report.check(told.includes('已签到') && told.includes(name), `the camera finds ${name}: ${told}`);
  await tablet.page.waitForSelector('#status[data-waiting="0"]');
  await page.goto(`${href}?state=present&q=${encodeURIComponent(name)}`);
  report.check(await page.locator('main table a', { hasText: name }).count() > 0, `${name} is on the roll`);
  await tablet.page.click('#camera');
  report.check(await tablet.page.locator('#view').isHidden(), 'a second press puts the camera out');
  await tablet.context.close();
  await context.close();
  rmSync(folder, { recursive: true });
}
