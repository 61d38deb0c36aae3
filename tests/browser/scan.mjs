// From the code on the screen to “checked in”, as a phone at the door walks it.
import { scan } from './qr.mjs';
import { close, figures, project, publish, unitOfLeader } from './sessions.mjs';
import { PHONE, act, path, press } from './steps.mjs';

export const codeOn = (screen) => scan(screen, screen.locator('.screen-qr svg').first());

// The screen's next code; a step is 15 s, and a busy machine is given its time.
async function codeAfter(screen, before) {
  for (let tries = 0; tries < 90; tries += 1) {
    // A page without scripts may load anew while one looks at it: then one looks again.
    const code = await codeOn(screen).catch(() => before);
    if (code !== before) return code;
    await screen.waitForTimeout(1000);
  }
  return before;
}

// Types the six digits, anew when they have left the screen before a busy machine had typed them.
async function typeDigits(phone, screen) {
  for (let tries = 0; tries < 5; tries += 1) {
    await phone.goto('/c');
    await screen.reload();
    await phone.fill('#code', (await screen.locator('.screen-digits').innerText()).replace(/\D/g, ''));
    await act(phone);
    if (path(phone).startsWith('/c/')) return;
  }
}

// Scans a fresh code and presses the button, anew when the code has left the screen before a busy machine was there.
export async function checkIn(phone, screen) {
  for (let tries = 0; tries < 5; tries += 1) {
    await phone.goto(await codeOn(screen));
    const button = phone.locator('main form[method=post] button.main-action');
    if (await button.count() > 0) {
      await press(phone, button);
      return;
    }
  }
}

export async function scanToCheckedIn(company) {
  const { check, says, join } = company;
  const session = await publish(company, '扫码签到（走查）', { unit: await unitOfLeader(company) });
  const screen = await project(company, session);

  // Signed out, and slow to sign in: the code that was scanned has left the screen, and the time for it is over.
  const first = await codeOn(screen);
  check(new URL(first).pathname.startsWith('/c/'), `the QR on the screen leads to the check-in: ${first}`);
  const late = await join(null, PHONE);
  await late.goto(first);
  check(path(late) === '/login' && await says(late, 'login-then-check-in'), `who is signed out is asked to sign in, and told that it goes on: ${late.url()}`);
  await codeAfter(screen, await codeAfter(screen, first));
  await late.fill('#user_name', 'leader');
  await late.fill('#password', company.site.password);
  await act(late);
  check(path(late) === new URL(first).pathname, `after signing in comes the check-in, not ${late.url()}`);
  await act(late);
  check(await says(late, 'attendance-result-done') && await late.locator('.result-done').count() === 1, 'the scan counts although its code has left the screen');

  // Signed in.
  const phone = await join('trainee', PHONE);
  await phone.goto(first);
  check(await says(phone, 'attendance-result-replaced'), 'the same code is too old for whoever opens it now, who is told so');
  await typeDigits(phone, screen);
  check(await says(phone, 'attendance-confirm-button'), `whoever types the digits comes to the button: ${phone.url()}`);
  await phone.goto(await codeOn(screen));
  check(await says(phone, 'attendance-confirm-button'), 'and so does whoever scans');
  await phone.goto(session.address);
  check(await says(phone, 'attendance-state-pending'), 'opening the link checked nobody in');
  await checkIn(phone, screen);
  check(await says(phone, 'attendance-result-done') && await phone.locator('.result-done').count() === 1, 'the button did');
  await phone.goto(await codeOn(screen));
  check(await says(phone, 'attendance-result-again'), 'a repeat is calm');
  await phone.goto('/c/000000');
  check(!await says(phone, 'attendance-result-done'), 'a wrong code checks nobody in');

  const counted = await figures(company, session);
  check(counted.present === 2 && counted.pending === session.n - 2, `the session counts two: ${JSON.stringify(counted)}`);
  await close(company, session);
}
