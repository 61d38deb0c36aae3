// What HQ does with a session, from its plan to its confirmed roster; several journeys begin with it.
import { DESK, act, day, moment, path, press, text, unfold } from './steps.mjs';

// From ten minutes ago to an hour from now, within one day.
function now() {
  const [today, starts, ends] = [moment(0), moment(-10), moment(60)];
  return {
    on: today.day,
    starts: starts.day === today.day ? starts.time : '00:00',
    ends: ends.day === today.day ? ends.time : '23:59',
  };
}
export const inDays = (days) => ({ on: day(days), starts: '09:00', ends: '11:00' });

// The name of the unit that the demo's leader leads.
export async function unitOfLeader(company) {
  const page = await company.join('leader', DESK);
  await page.goto('/');
  return (await page.locator('h1').innerText()).trim();
}

async function tick(box) {
  await unfold(box);
  await box.check();
}

// HQ fills in the form of a session for everybody of one unit, or for those whom the form proposes, and publishes it.
export async function publish(company, title, { unit = null, venues = ['总部三楼会议室'], when = now(), from = '/sessions/new', page = null } = {}) {
  page ??= await company.as('hq');
  await page.goto(from);
  for (const [field, value] of [['title', title], ['day', when.on], ['starts', when.starts], ['ends', when.ends], ['topic', '什么是信访工作法治化']]) {
    await page.fill(`#${field}`, value);
  }
  for (const [at, venue] of venues.entries()) {
    const field = page.locator('input[name=venue_name]').nth(at);
    await unfold(field);
    await field.fill(venue);
  }
  if (unit) {
    for (const box of await page.locator('input[name=category]').all()) await box.check();
    // From below: what is taken away is no longer among those that are ticked.
    for (const box of (await page.locator('input[name=unit]:checked').all()).reverse()) await box.uncheck();
    await tick(page.locator('label.choice:has(input[name=unit])', { hasText: unit }).first().locator('input'));
  }
  await tick(page.locator('input[name=reading]').first());
  await page.fill('#requirements', '各单位组织学习交流');
  await act(page);
  company.check(/\/check$/.test(path(page)), `after the form comes the check page, not ${page.url()}: ${(await text(page)).slice(0, 300)}`);
  const n = Number(await page.locator('main tfoot td').last().innerText());
  company.check(n > 0 && (!unit || (await text(page)).includes(unit)), `the check page counts the people of ${unit}: ${n}`);
  await act(page);
  // Of a session that has begun no notice is sent.
  await company.done(page, 'training-published', 'training-published-untold');
  return { address: path(page), n, title };
}

export async function close(company, session) {
  const page = await company.as('hq');
  await page.goto(`${session.address}/close`);
  await act(page);
  await company.done(page, 'attendance-closed-done');
}
export async function confirm(company, session) {
  const page = await company.as('hq');
  await page.goto(`${session.address}/confirm`);
  await act(page);
  await company.done(page, 'attendance-confirmed-done');
}

// The numbers of a session's page by what they count: present, leave, stand_in, absent, pending, exempt.
export async function figures(company, session) {
  const page = await company.as('hq');
  // A page that loads itself anew just then interrupts the way to it.
  await page.goto(session.address).catch(() => page.goto(session.address));
  const counted = await page.locator('.figures a').evaluateAll((links) => links.map((link) => [new URL(link.href).searchParams.get('state'), Number(link.innerText)]));
  return Object.fromEntries(counted);
}

// HQ opens the session's screen: a page of its own, beside the one HQ works with.
export async function project(company, session) {
  const screen = await company.join('hq', { width: 1920, height: 1080, scripts: false });
  await screen.goto(session.address);
  await press(screen, screen.locator('main a[href*="/screen?"]'));
  return screen;
}
