// Leave: asked for on a phone, refused with a reason, asked for again, granted.
import { figures, inDays, publish, unitOfLeader } from './sessions.mjs';
import { PHONE, act, press, text } from './steps.mjs';

// The trainee asks; `kind` is the class of the form.
async function ask(company, session, kind) {
  const page = await company.as('trainee', PHONE);
  await page.goto(session.address);
  await press(page, page.locator('main a[href$="/leave"]'));
  await page.check(`input[name=class][value=${kind}]`);
  await act(page);
  await company.done(page, 'request-sent');
  company.check(await company.says(page, 'request-state-asked'), 'the request waits, and its page says so');
}

// The leader comes to it from the unit's board.
async function toRequests(company, session) {
  const page = await company.as('leader');
  await page.goto('/');
  await press(page, page.locator('main a[href^="/requests"]'));
  const row = page.locator('tr', { has: page.locator(`a[href^="${session.address}"]`) });
  company.check(await row.count() === 1, 'the board leads the leader to the request');
  return { page, row };
}

export async function leaveAskedAndDecided(company) {
  const { check, says, done } = company;
  const session = await publish(company, `请假走查 ${company.locale}`, { unit: await unitOfLeader(company), when: inDays(3) });

  await ask(company, session, 'private');
  let { page, row } = await toRequests(company, session);
  await press(page, row.locator('a[href$="/refuse"]'));
  await act(page);
  check(await says(page, 'request-answer-missing'), 'who refuses says why');
  await page.fill('#answer', '当天有您主讲的内容（走查）');
  await act(page);
  await done(page, 'request-refused');

  const phone = await company.as('trainee', PHONE);
  await phone.goto(session.address);
  check(await says(phone, 'request-state-refused') && (await text(phone)).includes('当天有您主讲的内容'), 'the answer and its reason are on the session’s page');
  await ask(company, session, 'public');
  ({ page, row } = await toRequests(company, session));
  await press(page, row.locator('button[name=grant]'));
  await done(page, 'request-granted');
  await phone.goto(session.address);
  check(await says(phone, 'request-state-granted') && await says(phone, 'attendance-state-leave'), 'the trainee is on leave and reads so');

  const counted = await figures(company, session);
  check(counted.leave === 1 && counted.pending === session.n - 1, `the session counts the leave: ${JSON.stringify(counted)}`);
}
