// Study after a meeting as people walk it, with every click counted: from a confirmed session to tasks, and a whole call
// answered by a unit of more than forty people. Choosing in a list and picking a day count as clicks; writing does not.
import { closeAndConfirm, plan, unitOfLeader } from './meeting.mjs';
import { press, text as main } from './steps.mjs';

const DESK = { width: 1440, height: 900, scripts: false };

// A person's clicks.
function counter(page) {
  let n = 0;
  return {
    n: () => n,
    async click(locator) { n += 1; await press(page, locator.first()); },
    async choose(act) { n += 1; await act(); },
  };
}

const day = (days) => new Date(Date.now() + days * 86_400_000).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 10);

export async function hqFollowsUpInFourClicks(site, report) {
  const unit = await unitOfLeader(site);
  const { address, n } = await plan(site, unit, report);
  await closeAndConfirm(site, address, report);
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto(address);
  const clicks = counter(page);
  await clicks.click(page.locator('main a[href*="/follow-up"]'));
  const ticked = await page.locator('input[name=person]:checked').count();
  report.check(ticked === n, `all ${n} who were not there are ticked, by unit: ${ticked}`);
  report.check(await page.locator('input[name=reading]:checked').count() > 0, 'what is read is preset');
  report.check((await page.inputValue('#due_on')) > day(0), 'and so is the day');
  await clicks.click(page.locator('main button.main-action'));
  report.check((await main(page)).includes('没有人已有三项以上未完成的任务') || (await main(page)).includes('请斟酌'), 'the check page says the burden');
  await clicks.click(page.locator('main button.main-action'));
  report.check(await page.locator('.notice-done').count() === 1 && clicks.n() <= 4, `${clicks.n()} clicks from the session to the tasks: ${page.url()}`);
  console.log(`follow-up: ${clicks.n()} clicks`);
  await page.goto(`${address}/follow-up`);
  await press(page, page.locator('main button.main-action').first());
  await press(page, page.locator('main button.main-action').first());
  report.check((await main(page)).includes('没有新增任务'), `once more, nothing is doubled: ${(await main(page)).slice(0, 200)}`);
  await context.close();
}

// HQ asks every unit for everything.
async function call(site, report) {
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto('/calls/new');
  await page.fill('#title', '学习贯彻（走查）');
  for (const form of await page.locator('input[name=form]').all()) await form.check();
  await page.locator('input[name=reading]').first().check();
  await press(page, page.locator('main button.main-action'));
  const said = await main(page);
  for (const word of ['单位', '人数', '填报表单', '个人任务', '通知邮件']) report.check(said.includes(word), `the burden says ${word}`);
  await press(page, page.locator('main button.main-action'));
  const address = new URL(page.url()).pathname;
  report.check(/^\/calls\/\d+$/.test(address), `the call was sent: ${page.url()}`);
  await context.close();
  return address;
}

async function meeting(page, clicks) {
  await page.fill('#theme', '领会授课内容');
  await clicks.choose(() => page.fill('#held_on', day(0)));
  await page.fill('#place', '会议室');
  await page.fill('#recorder', '专员');
  const selects = page.locator('select[name=presence]');
  const option = (at, word) => selects.nth(at).locator(`option[value$=":${word}"]`).getAttribute('value');
  for (const at of [2, 3]) {
    const value = await option(at, 'leave');
    await clicks.choose(() => selects.nth(at).selectOption(value));
  }
  const speaker = (await option(0, 'present')).split(':')[0];
  await clicks.choose(() => page.selectOption('#gist_person_1', speaker));
  await page.fill('#gist_text_1', '结合实际谈了三点体会。');
  await page.fill('#agreed_what_1', '梳理初信初访');
  await page.fill('#agreed_who_1', '办公室');
  await clicks.choose(() => page.fill('#agreed_due_on_1', day(13)));
}

async function answer(site, address, report) {
  const { context, page } = await site.visitor('leader', DESK);
  await page.goto('/');
  const clicks = counter(page);
  const toCall = page.locator(`main a[href$="${address}"]`);
  const open = (end) => clicks.click(page.locator(`main a[href^="/unit-tasks/"][href$="/${end}"]`));
  await clicks.click(toCall);
  await clicks.click(page.locator('main a[href$="/people"]'));
  const people = await page.locator('input[name=person]:checked').count();
  report.check(people > 40, `the unit has more than forty people: ${people}`);
  await clicks.click(page.locator('main button.main-action'));
  await open('meeting');
  await meeting(page, clicks);
  await clicks.click(page.locator('main button[name=step][value=submit]'));
  await clicks.click(toCall);
  await open('report');
  for (const [field, words] of [['problem-1', '登记不全'], ['measure-1', '每周抽查'], ['responsible-1', '办公室'], ['contact', '专员']]) await page.fill(`[name="${field}"]`, words);
  await clicks.choose(() => page.fill('[name="due_on-1"]', day(13)));
  await clicks.click(page.locator('main button[name=step][value=hand_in]'));
  await clicks.click(toCall);
  await open('volumes');
  await clicks.choose(() => page.selectOption('[name="answer-2"]', 'not_applicable'));
  await clicks.click(page.locator('main button[name=step][value=hand_in]'));
  await page.goto(await toCall.first().getAttribute('href'));
  report.check((await main(page)).includes('已完成 4/4 项'), `everything is handed in: ${(await main(page)).slice(0, 300)}`);
  report.check(clicks.n() <= 25, `a unit of ${people} people answers a whole call in ${clicks.n()} acts`);
  console.log(`a whole call, ${people} people: ${clicks.n()} acts`);
  await context.close();
}

export async function aUnitAnswersAWholeCall(site, report) {
  const address = await call(site, report);
  await answer(site, address, report);
  const { context, page } = await site.visitor('hq', DESK);
  await page.goto(`${address}?show=to_decide`);
  await press(page, page.locator('main button.main-action'));
  report.check((await main(page)).includes('已认可 3 份'), `HQ accepts all at once: ${(await main(page)).slice(0, 200)}`);
  report.check(/交流开展率\s*\S+\s*\(1\/\d+\)/.test((await main(page)).replace(/（/g, '(').replace(/）/g, ')')), `the exchange rate: ${(await main(page)).slice(0, 300)}`);
  await context.close();
}
