// Absent, made up, and released when it turns out that one was there after all.
import { checkIn } from './scan.mjs';
import { close, confirm, project, publish, unitOfLeader } from './sessions.mjs';
import { PHONE, act, hrefs, press, text } from './steps.mjs';

// HQ plans the session at which those who were not there make up for it, and the trainee comes.
async function holdMakeUpSession(company, missed) {
  const page = await company.as('hq');
  await page.goto(missed.address);
  const [from] = await hrefs(page.locator('main a[href*="make_up_of="]'));
  await page.goto(from);
  company.check(await company.says(page, 'training-make-up-audience'), 'the form names those who have not made up yet');
  const held = await publish(company, `补课 ${missed.title}`, { from });
  company.check(held.n === missed.n, `asked are all ${missed.n} who were not there: ${held.n}`);
  await checkIn(await company.as('trainee', PHONE), await project(company, held));
  await close(company, held);
  await confirm(company, held);
}

// The trainee says that they signed on paper, and HQ grants it.
async function correct(company, session) {
  const phone = await company.as('trainee', PHONE);
  await phone.goto(session.address);
  await press(phone, phone.locator('main a[href$="/correction"]'));
  await phone.check('input[name=state][value=present]');
  await phone.fill('#reason', '当天在主会场，纸质签到表上有签名（走查）');
  await act(phone);
  await company.done(phone, 'request-sent');
  const page = await company.as('hq');
  await page.goto('/requests');
  await press(page, page.locator('tr', { has: page.locator(`a[href^="${session.address}"]`) }).locator('button[name=grant]'));
  await company.done(page, 'request-granted');
}

export async function absentMadeUpReleased(company) {
  const { check, says, done } = company;
  const session = await publish(company, `缺席走查 ${company.locale}`, { unit: await unitOfLeader(company) });
  await close(company, session);
  await confirm(company, session);

  const leader = await company.as('leader');
  await leader.goto(`${session.address}/follow-up`);
  await act(leader);
  await act(leader);
  await done(leader, 'follow-up-done');
  const phone = await company.as('trainee', PHONE);
  const open = () => phone.locator('main > ul.rows a.row', { hasText: session.title });
  await phone.goto('/tasks');
  const n = await open().count();
  check(n > 0 && await says(phone, 'tasks-make-up'), 'the trainee finds what there is to make up');

  await holdMakeUpSession(company, session);
  await phone.goto(session.address);
  await press(phone, phone.locator('main a[href*="/people/"]'));
  check(await says(phone, 'attendance-state-absent') && await says(phone, 'attendance-made-up'), 'absent, and made up: both stand there');
  const page = await company.as('hq');
  await page.goto(session.address);
  const figures = company.words('attendance-make-up-figures').exec(await text(page)) ?? [];
  check(Number(figures[1]) === session.n && Number(figures[2]) === 1, `of ${session.n} not there, one made up at a session: ${figures[0]}`);

  await correct(company, session);
  await phone.goto('/tasks');
  check(await open().count() === 0 && await company.figure(phone, 'tasks-released-title') >= n, `the ${n} tasks are released: ${(await text(phone)).slice(0, 300)}`);
  await phone.goto(session.address);
  check(await says(phone, 'attendance-state-present'), 'and the record says present');
}
