// The notice's meeting from plan to report, as the three kinds of people walk it, in one go and without scripts.
import { press, text as main } from './steps.mjs';

const DESK = { width: 1440, height: 900, scripts: false };
const act = (page) => press(page, page.locator('main button.main-action').first());

// Now and in an hour as the organisation's clock has it, within one day.
function times() {
  const at = (minutes) => {
    const text = new Date(Date.now() + minutes * 60_000).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
    return { day: text.slice(0, 10), time: text.slice(11, 16) };
  };
  const now = at(0);
  const [starts, ends] = [at(-10), at(60)];
  return {
    day: now.day,
    starts: starts.day === now.day ? starts.time : '00:00',
    ends: ends.day === now.day ? ends.time : '23:59',
  };
}

// HQ plans the meeting for the leading team and everybody of one unit, and publishes it.
export async function plan(site, unit, report) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto('/sessions/new');
  await page.fill('#title', '信访工作法治化培训会（走查）');
  await page.fill('#purpose', '深入学习信访工作法治化的有关要求');
  const { day, starts, ends } = times();
  await page.fill('#day', day);
  await page.fill('#starts', starts);
  await page.fill('#ends', ends);
  await page.fill('#venue_name', '总部三楼会议室');
  await page.fill('#topic', '什么是信访工作法治化');
  for (const tick of await page.locator('input[name=category]').all()) await tick.check();
  for (const tick of await page.locator('input[name=unit]:checked').all()) await tick.uncheck();
  await page.locator('label.choice', { hasText: unit }).first().locator('input[name=unit]').check();
  await page.locator('input[name=reading]').first().check();
  await page.fill('#requirements', '各单位组织学习交流');
  await act(page);
  report.check(/\/check$/.test(new URL(page.url()).pathname), `after the form comes the check page, not ${page.url()}`);
  report.check((await main(page)).includes(unit), 'the check page counts the unit');
  const n = Number(/(\d+)\s*人/.exec(await page.locator('#counts').innerText())?.[1]);
  report.check(n > 2, `the check page counts the people: ${n}`);
  await act(page);
  const address = new URL(page.url()).pathname;
  report.check(/^\/sessions\/\d+$/.test(address), `publishing leads to the session, not ${page.url()}`);
  await context.close();
  return { address, n };
}

export async function unitOfLeader(site) {
  const { context, page } = await site.visitor('leader', DESK);
  await page.goto('/');
  const name = await page.locator('h1').innerText();
  await context.close();
  return name.trim();
}

// The six digits, from the page that is projected.
async function shownCode(site, address) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto(address);
  await page.goto(await page.locator('main a[href*="/screen"]').first().getAttribute('href'));
  const digits = (await page.locator('.screen-digits').innerText()).replace(/\D/g, '');
  await context.close();
  return digits;
}

async function checkIn(site, address, report) {
  const { context, page } = await site.visitor('trainee', { scripts: false });
  await page.goto(address);
  report.check((await main(page)).includes('待签到'), 'the trainee is expected');
  await page.goto('/c');
  await page.fill('#code', await shownCode(site, address));
  await act(page);
  const mine = page.locator('main a', { hasText: '走查' });
  if (await mine.count() > 0) await press(page, mine.first());
  await act(page);
  report.check(await page.locator('.result-done h1').count() === 1, `checked in: ${await main(page)}`);
  await context.close();
}

async function step(site, path, report) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto(path);
  await act(page);
  report.check(await page.locator('.notice-done').count() === 1, `${path}: one sentence says what was done: ${(await main(page)).slice(0, 200)}`);
  await context.close();
}

export async function closeAndConfirm(site, address, report) {
  await step(site, `${address}/close`, report);
  await step(site, `${address}/confirm`, report);
}

// The leader says of one of the unit that they are on leave, while HQ reconciles.
async function giveTheUnitsWord(site, address, report) {
  const { context, page } = await site.visitor('leader', DESK);
  await page.goto(`${address}?state=pending`);
  const row = page.locator(`main table a[href^="${address}/people/"]`).last();
  const name = await row.innerText();
  await press(page, row);
  await page.check('input[name=state][value=leave]');
  await page.selectOption('#leave_kind', 'public');
  await act(page);
  report.check((await main(page)).includes('请假'), `${name} is on leave by the unit's word`);
  await context.close();
}

async function followUp(site, address, n, report) {
  const { context, page } = await site.visitor('leader', DESK);
  await page.goto(`${address}/follow-up`);
  for (let clicks = 0; clicks < 3 && page.url().includes('follow-up'); clicks += 1) await act(page);
  const said = page.url().includes('follow-up') ? '' : await page.locator('.notice-done').innerText();
  const given = Number(/(\d+)\s*人/.exec(said)?.[1]);
  report.check(given === n - 1 || given === n - 2, `all who were not there, but perhaps the leader, have study to do: ${said}`);
  await context.close();
}

async function reportOn(site, address, n, report) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto(`${address}/report`);
  const text = await main(page);
  const figure = (word) => Number(new RegExp(`${word}\\s*(\\d+)`).exec(text)?.[1]);
  report.check(figure('实到') === 1 && figure('请假') === 1 && figure('缺席') === n - 2, `1 came, 1 was on leave, ${n - 2} were absent: ${text.slice(0, 400)}`);
  await context.close();
}

export async function aMeetingFromPlanToReport(site, report) {
  const unit = await unitOfLeader(site);
  const { address, n } = await plan(site, unit, report);
  await checkIn(site, address, report);
  await step(site, `${address}/close`, report);
  await giveTheUnitsWord(site, address, report);
  await step(site, `${address}/confirm`, report);
  await followUp(site, address, n, report);
  await reportOn(site, address, n, report);
}
