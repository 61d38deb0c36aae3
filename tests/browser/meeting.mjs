// A meeting as HQ has it in hand: planned, published, projected, closed, reconciled, confirmed, followed up, printed.
import { print, printed } from './paper.mjs';
import { checkIn } from './scan.mjs';
import { close, confirm, figures, project, publish, unitOfLeader } from './sessions.mjs';
import { PHONE, act, counter, hrefs, press, text } from './steps.mjs';

// The leader says of one of the unit that they are on leave, while HQ reconciles.
async function giveTheUnitsWord(company, session) {
  const page = await company.as('leader');
  await page.goto(`${session.address}?state=pending`);
  const row = page.locator(`main table a[href^="${session.address}/people/"]`).last();
  const name = await row.innerText();
  await press(page, row);
  await page.check('input[name=state][value=leave]');
  await page.selectOption('#leave_kind', 'public');
  await act(page);
  company.check(await company.says(page, 'attendance-state-leave'), `${name} is on leave by the unit's word`);
}

export async function aMeetingFromPlanToPaper(company) {
  const { check, says, done } = company;
  const session = await publish(company, `信访工作法治化培训会 ${company.locale}`, { unit: await unitOfLeader(company) });
  await checkIn(await company.as('trainee', PHONE), await project(company, session));
  await close(company, session);
  await giveTheUnitsWord(company, session);
  await confirm(company, session);

  const page = await company.as('hq');
  await page.goto(session.address);
  await press(page, page.locator('main a[href*="/follow-up"]'));
  check(await page.locator('input[name=person]:checked').count() === session.n - 1, 'all who were not there are ticked');
  await act(page);
  await act(page);
  await done(page, 'follow-up-done');

  const counted = await figures(company, session);
  check(counted.present === 1 && counted.leave === 1 && counted.absent === session.n - 2, `1 came, 1 was on leave, ${session.n - 2} were absent: ${JSON.stringify(counted)}`);
  await page.goto(`${session.address}/report`);
  const total = company.words('report-total').exec(await text(page))?.slice(1).map(Number) ?? [];
  check(total[0] === session.n && total[2] === 1 && total[3] === 1 && total[5] === session.n - 2, `the report says the same: ${total}`);
  check(await says(page, 'final-none-yet'), 'and that it is a draft');
  await press(page, page.locator('main a[href$="/report/final"]'));
  await act(page);
  await done(page, 'final-made');
  for (const [paper, by] of [[await print(page), 'the browser'], [await printed(page), 'the program']]) {
    const words = paper.sheets.join('\n');
    check(paper.isA4 && paper.sheets.every((sheet) => sheet.trim().length > 20), `${by} prints A4, and no sheet is blank`);
    check(company.words('report-checked-by').test(paper.sheets.at(-1)), `${by} has the last sheet signed`);
    check(company.words('final-number').test(words) && words.includes(session.title), `${by} prints number and title`);
  }
}

// HQ goes through the roll: somebody came late, somebody is on leave, somebody sent another, and the rest were absent.
export async function reconcileAndConfirm(company) {
  const { check, figure, done } = company;
  const session = await publish(company, `核对走查 ${company.locale}`, { unit: await unitOfLeader(company) });
  await close(company, session);
  const page = await company.as('hq');
  await page.goto(session.address);
  await press(page, page.locator('.steps a[href*="/roll"]'));
  const ids = await page.locator('input[type=hidden][name^="was-"]').evaluateAll((inputs) => inputs.map((input) => input.name.slice(4)));
  await page.check(`input[name="state-${ids[0]}"][value=present]`);
  await page.check(`input[name="late-${ids[0]}"]`);
  await page.check(`input[name="state-${ids[1]}"][value=leave_sick]`);
  await page.check(`input[name="state-${ids[2]}"][value=stand_in]`);
  await act(page);
  check(await page.locator('.error-summary li').count() === 1, 'a stand-in without a name is asked for, and nothing that was ticked is lost');
  check(await page.isChecked(`input[name="late-${ids[0]}"]`), 'the late mark is still there');
  await page.fill(`input[name="name-${ids[2]}"]`, '王代会');
  await act(page);
  check(await page.locator('.notice-done').count() === 1, `the roll is kept: ${(await text(page)).slice(0, 200)}`);

  await page.goto(session.address);
  await press(page, page.locator('.steps a[href$="/confirm"]'));
  check(await figure(page, 'attendance-confirm-undecided') === session.n - 3, `the page says how many are undecided, of ${session.n}: ${(await text(page)).slice(0, 300)}`);
  await act(page);
  await done(page, 'attendance-confirmed-done');
  const counted = await figures(company, session);
  const wanted = { present: 1, leave: 1, stand_in: 1, absent: session.n - 3 };
  check(Object.entries(wanted).every(([state, n]) => counted[state] === n) && !counted.pending, `whoever was undecided is absent: ${JSON.stringify(counted)}`);
  for (const [state, n] of Object.entries(wanted)) {
    await page.goto(session.address);
    await press(page, page.locator(`.figures a[href$="state=${state}"]`));
    check(await page.locator('main form table tbody tr').count() === Math.min(n, 50), `behind the figure ${state} are its people`);
  }
}

// The leader comes to the unit's board, sees who is missing, and gives them study.
export async function aLeaderFindsWhoIsMissing(company) {
  const { check, done } = company;
  const session = await publish(company, `缺席名单走查 ${company.locale}`, { unit: await unitOfLeader(company) });
  await checkIn(await company.as('trainee', PHONE), await project(company, session));
  await close(company, session);
  await confirm(company, session);
  const page = await company.as('leader');
  await page.goto('/');
  const clicks = counter(page);
  const chosen = async () => page.locator('#session option:checked').innerText();
  if (!(await chosen()).includes(session.title)) {
    const option = await page.locator('#session option', { hasText: session.title }).getAttribute('value');
    await clicks.choose(() => page.selectOption('#session', option), 'choose the session');
    await clicks.click(page.locator('form:has(#session) button'), 'show it');
  }
  check((await chosen()).includes(session.title), `the board shows the session: ${await chosen()}`);
  check(await page.locator('input[name=person]:checked').count() >= session.n - 2, 'who is missing is ticked');
  check((await hrefs(page.locator('main a[href*="/missing.csv"]'))).length === 1, 'and can be taken along as a list');
  await clicks.click(page.locator('button.main-action'), 'assign catch-up study');
  await clicks.click(page.locator('button.main-action'), 'check');
  await clicks.click(page.locator('button.main-action'), 'confirm');
  await done(page, 'follow-up-done');
  check(clicks.n() <= 4, `the leader assigns in ${clicks.n()} clicks: ${clicks.acts.join(', ')}`);
  await page.goto(`${session.address}/follow-up`);
  check(await page.locator('input[name=person]:checked').count() === 0, 'whoever was given something is not ticked again');
  for (const box of await page.locator('input[name=person]').all()) await box.check();
  await act(page);
  await act(page);
  check(await company.says(page, 'follow-up-nothing-new'), 'once more, nothing is doubled');
}
