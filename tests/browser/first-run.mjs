// An empty folder, the command of the README, its link, a password, and three steps to the first session.
import { publish } from './sessions.mjs';
import { startSite } from './site.mjs';
import { DESK, act, path, press, text } from './steps.mjs';
import { arrive, upload } from './roster.mjs';

const PASSWORD = 'first of all, a long one';

// The steps as the page has them: done, now, or still to come.
const steps = (page) => page.locator('.steps li').evaluateAll((items) => items.map((item) => item.className));

export async function firstRunToFirstSession(company) {
  const { check, says, words } = company;
  const site = await startSite({ isEmpty: true });
  try {
    const link = /http\S+/.exec(site.made)[0];
    check(link.startsWith(`${site.base}/invitation/`), `the command prints the link: ${site.made}`);
    const { page } = await site.visitor(null, { ...DESK, locale: company.locale });
    await page.goto(link);
    await page.fill('#password', PASSWORD);
    await page.fill('#again', 'something else');
    await act(page);
    check(await page.locator('.error-summary a').count() > 0, 'two different passwords are not taken');
    await page.fill('#password', PASSWORD);
    await page.fill('#again', PASSWORD);
    await act(page);
    if (path(page) === '/login') {
      await page.fill('#user_name', 'admin');
      await page.fill('#password', PASSWORD);
      await act(page);
    }
    check(path(page) === '/welcome', `before anything else comes the notice: ${page.url()}`);
    await act(page);
    check(await says(page, 'training-first-steps') && `${await steps(page)}` === 'step-now,,', `three steps, the first is next: ${await steps(page)} ${page.url()}`);
    check(await says(page, 'training-first-missing') && await page.locator('.panel a[href="/settings"]').count() === 1, 'before them, whom to ask for help');

    await press(page, page.locator('.steps li').nth(0).locator('a'));
    await press(page, page.locator('main a[href="/units/new"]'));
    await page.selectOption('#parent', { index: 1 });
    await page.fill('#code', 'D01');
    await page.fill('#name', '办公室');
    check(await page.inputValue('#position') !== '', 'a new unit has a place before one thinks of it');
    await act(page);
    check(await page.locator('.notice-done').count() === 1, `the unit is there: ${(await text(page)).slice(0, 200)}`);
    await page.goto('/today');
    check(`${await steps(page)}` === 'step-done,step-now,', `people are next: ${await steps(page)}`);

    await press(page, page.locator('.steps li').nth(1).locator('a'));
    const head = ['employee-number', 'name', 'unit', 'category'].map((column) => words.plain(`roster-column-${column}`));
    const people = ['李敏', '王强', '张伟'].map((name, n) => [`A00${n}`, name, '办公室', '一般人员']);
    await upload(page, 'roster.csv', Buffer.from([head, ...people].map((row) => row.join(',')).join('\n')));
    await press(page, page.locator('form[action$="/apply"] button'));
    await arrive(page);
    check(await company.figure(page, 'import-applied') === 3, `three people were brought in: ${(await text(page)).slice(0, 300)}`);
    await page.goto('/today');
    check(`${await steps(page)}` === 'step-done,step-done,step-now', `the session is next: ${await steps(page)}`);

    const from = await page.locator('.steps li').nth(2).locator('a').getAttribute('href');
    const session = await publish(company, '第一场培训', { unit: '办公室', from, page });
    check(session.n === 3, `its roster has the three: ${session.n}`);
    await page.goto('/today');
    check(await page.locator('.steps').count() === 0 && (await text(page)).includes('第一场培训'), 'and the day begins with the session instead of the steps');
  } finally {
    await site.stop();
  }
}
