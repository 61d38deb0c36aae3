// Study after a meeting as people walk it, with every click counted: from a confirmed session to tasks, and a whole call
// answered by a unit of more than forty people.
import { fillIn } from './exchange.mjs';
import { close, confirm, publish, unitOfLeader } from './sessions.mjs';
import { act, counter, day, path, text } from './steps.mjs';

export async function hqFollowsUpInFourClicks(company) {
  const { check, says, done } = company;
  const session = await publish(company, `补学走查 ${company.locale}`, { unit: await unitOfLeader(company) });
  await close(company, session);
  await confirm(company, session);
  const page = await company.as('hq');
  await page.goto(session.address);
  const clicks = counter(page);
  await clicks.click(page.locator('main a[href*="/follow-up"]'), 'assign catch-up study');
  const ticked = await page.locator('input[name=person]:checked').count();
  check(ticked === session.n, `all ${session.n} who were not there are ticked, by unit: ${ticked}`);
  check(await page.locator('input[name=reading]:checked').count() > 0, 'what is read is preset');
  check((await page.inputValue('#due_on')) > day(0), 'and so is the day');
  await clicks.click(page.locator('main button.main-action'), 'check');
  check(await says(page, 'tasks-burden-none-busy') || await says(page, 'tasks-burden-busy'), 'the check page says the burden');
  await clicks.click(page.locator('main button.main-action'), 'confirm');
  await done(page, 'follow-up-done');
  check(clicks.n() <= 4, `${clicks.n()} clicks from the session to the tasks`);
}

// HQ asks every unit for everything.
async function call(company) {
  const page = await company.as('hq');
  await page.goto('/calls/new');
  await page.fill('#title', `学习贯彻走查 ${company.locale}`);
  for (const form of await page.locator('input[name=form]').all()) await form.check();
  await page.locator('input[name=reading]').first().check();
  await act(page);
  for (const key of ['call-burden-units', 'call-burden-people', 'call-burden-forms', 'call-burden-tasks', 'call-burden-mails']) {
    company.check(await company.says(page, key), `the burden says ${key}`);
  }
  await act(page);
  await company.done(page, 'call-sent');
  company.check(/^\/calls\/\d+$/.test(path(page)), `the call was sent: ${page.url()}`);
  return path(page);
}

async function answer(company, address) {
  const page = await company.as('leader');
  await page.goto('/');
  const clicks = counter(page);
  const toCall = page.locator(`main a[href$="${address}"]`);
  const open = (end) => clicks.click(page.locator(`main a[href^="/unit-tasks/"][href$="/${end}"]`), `open the ${end}`);
  await clicks.click(toCall, 'the call');
  await clicks.click(page.locator('main a[href$="/people"]'), 'give the readings to people');
  const people = await page.locator('input[name=person]:checked').count();
  company.check(people > 40, `the unit has more than forty people: ${people}`);
  await clicks.click(page.locator('main button.main-action'), 'give them');
  await open('meeting');
  await fillIn(page, clicks, '领会授课内容');
  await clicks.click(page.locator('main button[name=step][value=submit]'), 'submit the record');
  await clicks.click(toCall, 'back to the call');
  await open('report');
  for (const [field, words] of [['problem-1', '登记不全'], ['measure-1', '每周抽查'], ['responsible-1', '办公室'], ['contact', '专员']]) await page.fill(`[name="${field}"]`, words);
  await clicks.choose(() => page.fill('[name="due_on-1"]', day(13)), 'by when');
  await clicks.click(page.locator('main button[name=step][value=hand_in]'), 'hand in the report');
  await clicks.click(toCall, 'back to the call');
  await open('volumes');
  await clicks.choose(() => page.selectOption('[name="answer-2"]', 'not_applicable'), 'what does not apply');
  await clicks.click(page.locator('main button[name=step][value=hand_in]'), 'hand in the self-check');
  await page.goto(await toCall.first().getAttribute('href'));
  const met = company.words('call-met').exec(await text(page))?.[0].match(/\d+/g).slice(-2) ?? [];
  company.check(`${met}` === '4,4', `everything is handed in: ${met}`);
  company.check(clicks.n() <= 25, `a unit of ${people} people answers a whole call in ${clicks.n()} acts: ${clicks.acts.join(', ')}`);
}

export async function aUnitAnswersAWholeCall(company) {
  const { check, figure, words } = company;
  const address = await call(company);
  await answer(company, address);
  const page = await company.as('hq');
  await page.goto(`${address}?show=to_decide`);
  await act(page);
  check(await figure(page, 'call-accepted') === 3, `HQ accepts all at once: ${(await text(page)).slice(0, 200)}`);
  const rate = new RegExp(`${words('call-exchange-rate').source}\\s*\\S+\\s*[(（]1/\\d+[)）]`);
  check(rate.test(await text(page)), `the exchange rate counts the unit: ${(await text(page)).slice(0, 300)}`);
}
