// Pages that no link leads to: what somebody does first, and the page that then stands there; forms that are refused, and
// pages that ask once more before something weighty. Each is looked at once, on one screen in one language, in turn.
import { createHmac } from 'node:crypto';
import { watch } from './crawl.mjs';
import { scan } from './qr.mjs';
import { arrive } from './roster.mjs';
import { codeOn } from './scan.mjs';
import { close, confirm, project, publish, unitOfLeader } from './sessions.mjs';
import { startSite } from './site.mjs';
import { PDF, day, hrefs, inLanguage, openSession } from './steps.mjs';

const SCREENS = [
  { width: 390, height: 844, locale: 'zh-CN', dark: false },
  { width: 1440, height: 900, locale: 'en-GB', dark: true },
  { width: 320, height: 640, locale: 'en-GB', dark: false },
  { width: 1440, height: 900, locale: 'zh-CN', dark: false },
  { width: 390, height: 844, locale: 'en-GB', dark: true },
  { width: 320, height: 640, locale: 'zh-CN', dark: true },
];

const csv = (...rows) => ({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.map((row) => row.join(',')).join('\n')) });
// A letter of a script that no font of an office has.
const UNPRINTABLE = '𓂀';

// What an authenticator shows for a secret that was typed in (RFC 6238).
function passcode(secret) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const main = (page) => page.locator('main button.main-action');
const sends = (page) => page.locator('main form[method=post] :is(button.main-action, button.button-danger)');

// Opens a page and looks at it.
async function see(visitor, path, status) {
  return visitor.look(await visitor.go(path), status);
}

// Empties every field of a form, ticks nothing, sends it, and looks at what comes back.
async function refuse(visitor, button = sends(visitor.page)) {
  await button.first().evaluate((pressed) => {
    for (const field of pressed.form.elements) {
      if (field.matches('input:not([type=hidden], [type=checkbox], [type=radio], [readonly]), textarea')) field.value = '';
      if (field.matches('[type=checkbox], [type=radio]')) field.checked = false;
      if (field.matches('select') && [...field.options].some((option) => !option.value)) field.value = '';
    }
  });
  await visitor.look(await visitor.press(button), 422);
}

// Forms that come back when nothing is filled in, by whom.
const EMPTIED = [
  [null, '/login'],
  ['hq', '/sessions/new'], ['hq', '/units/new'], ['hq', '/people/new'], ['hq', '/readings/new'], ['hq', '/statutes/new'],
  ['hq', '/calls/new'], ['hq', '/import'],
  ['leader', '/tasks/new'],
  ['trainee', '/c'], ['trainee', '/feedback'],
  ['admin', '/settings'],
];

async function formsComeBack({ as }) {
  for (const role of new Set(EMPTIED.map(([whose]) => whose))) {
    const visitor = await as(role);
    for (const [, path] of EMPTIED.filter(([whose]) => whose === role)) {
      await visitor.go(path);
      await refuse(visitor);
    }
  }
}

// The pages below a session that ask for a reason, a day or a kind, of the first session that has each.
const ASKING = { hq: ['cancel', 'move', 'reply-by', 'reopen'], trainee: ['leave', 'correction'] };

async function whatWantsAReasonAsksForIt({ as }) {
  for (const [role, pages] of Object.entries(ASKING)) {
    const visitor = await as(role);
    await visitor.go('/sessions');
    const left = new Set(pages);
    for (const session of new Set((await hrefs(visitor.page.locator('main a'))).filter((href) => /^\/sessions\/\d+$/.test(href)))) {
      if (left.size === 0) break;
      await visitor.go(session);
      const links = await hrefs(visitor.page.locator('main a'));
      for (const asks of [...left].filter((name) => links.includes(`${session}/${name}`))) {
        left.delete(asks);
        await visitor.go(`${session}/${asks}`);
        await refuse(visitor);
      }
    }
    visitor.check(left.size === 0, `no session has ${[...left]}`);
  }
}

async function aCallIsPrepared({ as }) {
  const hq = await as('hq');
  await hq.go('/calls/new');
  await hq.page.fill('#title', '学习贯彻（走查）');
  for (const form of await hq.page.locator('input[name=form]').all()) await form.check();
  await hq.page.locator('input[name=reading]').first().check();
  await hq.look(await hq.press(main(hq.page)));
  await hq.look(await hq.press(main(hq.page)));
  const call = new URL(hq.page.url()).pathname;

  const leader = await as('leader');
  await leader.go('/');
  const unit = /^\/units\/\d+/.exec((await hrefs(leader.page.locator('main a[href*="/board.pdf"]')))[0])[0];
  await leader.go(`${unit}${call}`);
  for (const form of await hrefs(leader.page.locator('main :is(a[href$="/people"], a[href$="/meeting"], a[href$="/report"])'))) {
    await leader.go(form);
    await refuse(leader, leader.page.locator('main button:is([value=hand_in], [value=submit], .main-action)').last());
  }
}

async function whatIsNotThereSaysSo({ as }) {
  await see(await as('trainee'), '/nowhere', 404);
  await see(await as(null), '/reach');
}

async function anAccountOnPaper({ as }) {
  const hq = await as('hq');
  await hq.go('/people/new');
  for (const [field, text] of [['employee_number', 'SEE900'], ['name', '走查新人'], ['order_number', '900']]) await hq.page.fill(`#${field}`, text);
  for (const field of ['unit', 'category']) await hq.page.selectOption(`#${field}`, { index: 1 });
  await hq.look(await hq.press(main(hq.page)));

  const security = await as('security');
  await security.go('/accounts?show=without');
  await security.page.locator('input[name=person]').first().check();
  await security.look(await security.press(security.page.locator('form[action="/accounts/invite"] .table-tools button')));
  const link = /http\S+\/invitation\/\S+/.exec(await security.page.locator('main').innerText())[0];

  const person = await as(null);
  await see(person, link);
  await refuse(person);
  await person.page.fill('#password', 'a long one for the walk');
  await person.page.fill('#again', 'a long one for the walk');
  await person.look(await person.press(main(person.page)));
  await see(await as(null), link, 410);
}

async function aSecondStepAtSignIn({ as }) {
  const owner = await as('audit');
  await owner.go('/me/factor');
  await refuse(owner);
  await owner.page.fill('#password', owner.password);
  await owner.look(await owner.press(main(owner.page)));
  const secret = (await owner.page.locator('main strong').first().innerText()).replace(/\s/g, '');
  await refuse(owner);
  await owner.page.fill('#code', passcode(secret));
  await owner.look(await owner.press(main(owner.page)));

  const later = await as(null);
  await later.go('/login');
  await later.page.fill('#user_name', 'audit');
  await later.page.fill('#password', owner.password);
  await later.look(await later.press(main(later.page)));
  await refuse(later);
}

async function aForgottenPassword({ as }) {
  const visitor = await as(null);
  await visitor.go('/login/forgotten');
  await visitor.page.fill('#user_name', 'trainee');
  await visitor.look(await visitor.press(main(visitor.page)));
}

async function aRosterIsBroughtIn({ as, words }) {
  const hq = await as('hq');
  const head = ['employee-number', 'name', 'unit', 'category'].map((column) => words.plain(`roster-column-${column}`));
  for (const unit of ['没有的单位', '安全环保部']) {
    await hq.go('/import');
    await hq.page.setInputFiles('#file', csv(head, ['SEE901', '走查人', unit, '一般人员']));
    await hq.press(main(hq.page));
    await arrive(hq.page);
    await see(hq, new URL(hq.page.url()).pathname);
  }
  await hq.press(hq.page.locator('form[action$="/apply"] button'));
  await arrive(hq.page);
  await see(hq, new URL(hq.page.url()).pathname);
  await see(hq, (await hrefs(hq.page.locator('main a[href$="/undo"]')))[0]);
}

async function aReadingOfTheOfficesOwn({ as }) {
  const hq = await as('hq');
  await hq.go('/readings/new');
  for (const [field, text] of [['title_zh', '走查读物'], ['summary_zh', '一句话。'], ['issuer_zh', '信访办公室'], ['statute', '信访工作条例'], ['article', '第一条'], ['sources_zh', '《信访工作条例》'], ['body_zh', '正文。']]) await hq.page.locator(`#${field}`).first().fill(text);
  await hq.page.setInputFiles('#file', PDF);
  await hq.look(await hq.press(main(hq.page)));
  const reading = new URL(hq.page.url()).pathname;
  await hq.take((await hrefs(hq.page.locator('main a[href*="/file/"]')))[0]);
  await see(hq, `${reading}/edit`);
  await hq.go(`${reading}/questions/new`);
  await refuse(hq);
  await hq.page.check('input[name=kind][value=true_false]');
  await hq.page.check('#truth');
  for (const [field, text] of [['question_zh', '对吗？'], ['explanation_zh', '对。'], ['statute', '信访工作条例'], ['article', '第一条']]) await hq.page.fill(`#${field}`, text);
  await hq.look(await hq.press(main(hq.page)));
  await see(hq, (await hrefs(hq.page.locator('main a[href*="/questions/"]:not([href$="/new"])')))[0]);
}

async function aSelfTest({ as }) {
  const trainee = await as('trainee');
  await trainee.go('/tasks');
  const links = await hrefs(trainee.page.locator('main a.row'));
  const test = links.find((href) => href.includes('/self-test')) ?? `${links.find((href) => href.startsWith('/readings/'))}/self-test`;
  await trainee.go(test);
  await refuse(trainee);
  await trainee.page.locator('main fieldset').evaluateAll((questions) => questions.forEach((question) => { question.querySelector('input').checked = true; }));
  await trainee.look(await trainee.press(main(trainee.page)));
}

async function aCodeIsScanned({ as, company }) {
  const session = await publish(company, '签到（走查）', { unit: await unitOfLeader(company) });
  const screen = await project(company, session);
  const stranger = await as('liaison');
  await see(stranger, await codeOn(screen));
  await see(await as(null), await codeOn(screen));
  await see(await as('trainee'), '/c/no-such-code', 404);
  const trainee = await as('trainee');
  for (let tries = 0; tries < 5 && await main(trainee.page).count() === 0; tries += 1) await trainee.go(await codeOn(screen));
  await trainee.look(await trainee.go(trainee.page.url()));
  for (let tries = 0; tries < 5 && !trainee.page.url().includes('/checked-in'); tries += 1) {
    await trainee.go(await codeOn(screen));
    await trainee.press(main(trainee.page));
  }
  await see(trainee, new URL(trainee.page.url()).pathname);
  await see(trainee, await codeOn(screen));
}

async function aKioskIsOpenedByItsLink({ as, site }) {
  const { href, context } = await openSession(site);
  await context.close();
  const hq = await as('hq');
  await hq.go(`${href}/kiosks`);
  await hq.look(await hq.press(main(hq.page)));
  const link = /http\S+\/kiosk\/open\/\S+/.exec(await hq.page.locator('main').innerText())[0];

  const tablet = await as(null, { width: 1024, height: 768 });
  await see(tablet, link);
  await tablet.look(await tablet.press(main(tablet.page)));
  // From here on by its forms: its script, which its worker keeps, would show a list of its own sooner or later.
  await tablet.page.waitForSelector('#status[data-ready][data-people]');
  await tablet.page.evaluate(async () => { for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister(); });
  await tablet.page.route(/\/static\/kiosk-\w+\.js/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await see(tablet, '/kiosk?q=l');
  await tablet.look(await tablet.press(tablet.page.locator('#people form[action="/kiosk/check-in"] button')));
  await tablet.go('/kiosk?q=z');
  await tablet.look(await tablet.press(tablet.page.locator('#people form[action="/kiosk/door"] button')));
  const door = await scan(tablet.page, tablet.page.locator('.kiosk-qr svg'));

  const phone = await as(null);
  await see(phone, door);
  await phone.look(await phone.press(main(phone.page)));
  await see(phone, door);
  await see(tablet, tablet.page.url());
}

// A session in whose title stands what cannot be printed, from its first scan to what its archive comes to.
async function anArchiveThatCannotBeMade({ as, company }) {
  const session = await publish(company, `归档（走查）${UNPRINTABLE}`, { unit: await unitOfLeader(company) });
  const hq = await as('hq');
  await hq.go(`${session.address}?state=pending`);
  await hq.page.locator('form[action$="/several"] input[name=person]').first().check();
  await hq.look(await hq.press(hq.page.locator('form[action$="/several"] button')));
  await refuse(hq);
  await close(company, session);
  await hq.go(`${session.address}/scans`);
  await refuse(hq);
  await hq.page.setInputFiles('#file', PDF);
  await hq.look(await hq.press(main(hq.page)));
  await hq.take((await hrefs(hq.page.locator('main a[href*="/scans/"]:not([href$="/remove"])')))[0]);
  await see(hq, (await hrefs(hq.page.locator('main a[href$="/remove"]')))[0]);
  await confirm(company, session);

  await see(hq, `${session.address}/follow-up`);
  await hq.look(await hq.press(main(hq.page)));
  await hq.look(await hq.press(main(hq.page)));
  await see(hq, `${session.address}/report/final`);
  await see(hq, `${session.address}/archive`);
  await hq.press(main(hq.page));
  for (let tries = 0; tries < 120 && await hq.page.locator('.notice-problem').count() === 0; tries += 1) await hq.page.waitForTimeout(250);
  await see(hq, new URL(hq.page.url()).pathname);
  await hq.take((await hrefs(hq.page.locator('main a[href$="/failures.csv"]')))[0]);
}

async function anArchive({ as }) {
  const hq = await as('hq');
  await hq.go('/sessions');
  for (const session of new Set((await hrefs(hq.page.locator('main a'))).filter((href) => /^\/sessions\/\d+$/.test(href)))) {
    await hq.go(session);
    const [archive] = await hrefs(hq.page.locator('main a[href$="/archive"]'));
    if (!archive) continue;
    await hq.go(archive);
    await hq.press(hq.page.locator('main form button'));
    for (let tries = 0; tries < 120 && await hq.page.locator('main a[href*="/archive.zip"]').count() === 0; tries += 1) await hq.page.waitForTimeout(250);
    await see(hq, archive);
    await hq.take((await hrefs(hq.page.locator('main a[href*="/archive.zip"]')))[0]);
    return;
  }
}

async function aLongList({ as }) {
  const hq = await as('hq');
  await see(hq, '/reports/period/people?first=2020-01-01&last=2099-12-31&show=roster');
  await hq.press(hq.page.locator('main form[action*="/people/file"] button'));
  for (let tries = 0; tries < 120 && !/\/reports\/lists\//.test(hq.page.url()); tries += 1) await hq.page.waitForTimeout(250);
  await see(hq, new URL(hq.page.url()).pathname);
  await hq.take((await hrefs(hq.page.locator('main a.main-action')))[0]);
}

async function papersAreTakenAway({ as }) {
  const leader = await as('leader');
  await see(leader, '/record?paper=1');
  await leader.take((await hrefs(leader.page.locator('main a[href^="/record.pdf"]')))[0]);
  await leader.go('/');
  const unit = /^\/units\/\d+/.exec((await hrefs(leader.page.locator('main a[href*="/board.pdf"]')))[0])[0];
  await leader.take(`${unit}/board.csv`);
  const hq = await as('hq');
  await hq.go('/people');
  await see(hq, `${(await hrefs(hq.page.locator('main tbody a[href^="/people/"]')))[0]}/record?paper=1`);
  await hq.take((await hrefs(hq.page.locator('main a[href*="/record.pdf"]')))[0]);
}

async function whatWasGivenIsChanged({ as }) {
  const hq = await as('hq');
  await hq.go('/units/1');
  for (const assignment of new Set(await hrefs(hq.page.locator('main a[href^="/assignments/"]')))) {
    await hq.go(assignment);
    const picks = hq.page.locator('input[name=task]');
    if (await picks.count() === 0) continue;
    for (const change of ['', '[formaction]']) {
      await hq.go(assignment);
      await picks.first().check();
      await hq.look(await hq.press(hq.page.locator(`form[action$="/extend"] button${change}`)));
      if (!change) await refuse(hq);
    }
    return;
  }
}

async function studyIsGiven({ as }) {
  const admin = await as('admin');
  await admin.go('/settings');
  await admin.page.check('#reflections');
  await admin.look(await admin.press(main(admin.page)));

  const leader = await as('leader');
  await leader.go('/tasks/new');
  await leader.page.check('input[name=who][value=some]');
  for (const tick of await leader.page.locator('input[name=person]').all()) await tick.check();
  await leader.page.check('input[name=kind][value=reflection]');
  await leader.page.locator('input[name=reading]').last().check();
  await leader.page.fill('#due_on', day(9));
  await leader.look(await leader.press(main(leader.page)));
  await leader.look(await leader.press(main(leader.page)));

  const trainee = await as('trainee');
  await trainee.go('/tasks');
  await see(trainee, (await hrefs(trainee.page.locator('main a.row[href^="/tasks/"]')))[0]);
  await refuse(trainee);
  await trainee.page.fill('#title', '心得');
  await trainee.page.fill('#text', '依法履职，首办负责。'.repeat(30));
  await trainee.look(await trainee.press(main(trainee.page)));
  await see(leader, '/reflections');
  await see(leader, (await hrefs(leader.page.locator('main tbody a')))[0]);
  await refuse(leader, leader.page.locator('button[name=verdict][value=return]'));
}

async function somebodyHasLeft({ as }) {
  const hq = await as('hq');
  await hq.go('/people');
  await hq.go((await hrefs(hq.page.locator('main tbody a[href^="/people/"]'))).at(-1));
  const person = new URL(hq.page.url()).pathname;
  await hq.go(`${person}/edit`);
  await hq.page.fill('#left_on', day(-1));
  await hq.look(await hq.press(main(hq.page)));
  await see(hq, `${person}/anonymise`);
}

async function remindersPausedByMail({ as, site }) {
  const link = /https?:\S+\/reminders\/pause\/[^>\s]+/.exec(site.letters().find((letter) => letter.includes('List-Unsubscribe:')))[0];
  const person = await as(null);
  await see(person, link);
  await person.look(await person.press(main(person.page)));
  await see(person, link.replace(/.{8}$/, '00000000'), 404);
}

// An empty installation as its first administrator comes to it.
async function theFirstDay({ as }) {
  const site = await startSite({ isEmpty: true });
  try {
    const admin = await as(null, {}, site);
    await see(admin, /http\S+/.exec(site.made)[0]);
    await admin.page.fill('#password', 'first of all, a long one');
    await admin.page.fill('#again', 'first of all, a long one');
    await admin.press(main(admin.page));
    if (await admin.page.locator('#user_name').count() > 0) {
      await admin.page.fill('#user_name', 'admin');
      await admin.page.fill('#password', 'first of all, a long one');
      await admin.press(main(admin.page));
    }
    await see(admin, '/welcome');
    await admin.press(main(admin.page));
    for (const path of ['/today', '/sessions', '/units', '/people', '/readings', '/calls', '/mail', '/reports/period', '/reports/final', '/requests', '/hours']) await see(admin, path);
  } finally {
    await site.stop();
  }
}

// The later ones find what the earlier ones left: another open session, a title that cannot be printed, a second step.
const WAYS = [
  ['forms come back when nothing is filled in', formsComeBack],
  ['what wants a reason asks for it', whatWantsAReasonAsksForIt],
  ['a call is prepared', aCallIsPrepared],
  ['what is not there says so', whatIsNotThereSaysSo],
  ['an account on paper', anAccountOnPaper],
  ['a forgotten password', aForgottenPassword],
  ['a roster is brought in', aRosterIsBroughtIn],
  ['a reading of the office’s own', aReadingOfTheOfficesOwn],
  ['a self-test', aSelfTest],
  ['a kiosk is opened by its link', aKioskIsOpenedByItsLink],
  ['a code is scanned', aCodeIsScanned],
  ['an archive', anArchive],
  ['a long list', aLongList],
  ['papers are taken away', papersAreTakenAway],
  ['what was given is changed', whatWasGivenIsChanged],
  ['study is given', studyIsGiven],
  ['somebody has left', somebodyHasLeft],
  ['reminders paused by mail', remindersPausedByMail],
  ['an archive that cannot be made', anArchiveThatCannotBeMade],
  ['a second step at sign-in', aSecondStepAtSignIn],
  ['the first day', theFirstDay],
];

// Goes all these ways in a demo of their own; gives back the routes that were looked at.
export async function states(routes, report, chosen = () => true) {
  // With so many people a list of all attendances is made in the background.
  const site = await startSite({ people: 500 });
  const seen = new Set();
  let n = 0;
  try {
    for (const [sentence, way] of WAYS.filter(([said]) => chosen(said))) {
      const from = Date.now();
      const visitors = [];
      const as = async (role, more = {}, of = site) => {
        const options = { ...SCREENS[n % SCREENS.length], ...more };
        n += 1;
        const visitor = await watch(of, role, options, report);
        visitors.push(visitor);
        const note = () => seen.add(routes.of(new URL(visitor.page.url()).pathname));
        return {
          ...visitor,
          password: of.password,
          check: report.check,
          async look(answer, status) {
            report.count('pages that no link leads to');
            if (answer.request().method() === 'GET') note();
            return visitor.look(answer, status);
          },
          // What is taken away comes as a file.
          async take(path) {
            const answer = await visitor.page.request.get(path);
            report.check(answer.ok() && /attachment|inline/.test(answer.headers()['content-disposition'] ?? ''), `${path} is no file: ${answer.status()}`);
            seen.add(routes.of(path));
          },
        };
      };
      await inLanguage('zh-CN', (company) => way({ as, site, company, words: company.words }))(site, report)
        .catch((error) => report.check(false, `${sentence}: ${error.stack}`));
      for (const visitor of visitors) await visitor.close();
      console.log(`looked: ${sentence} (${Math.round((Date.now() - from) / 1000)} s)`);
    }
  } finally {
    await site.stop();
  }
  return seen;
}
