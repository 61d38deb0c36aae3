// The paths that people walk, as sentences. Scripts are off where none is the matter: everything has to work without.
import { JOURNEYS, LANGUAGES } from './journeys.mjs';
import { aKioskGoesOnWithoutANetwork, aKioskReadsACodeByItsCamera } from './kiosk.mjs';
import { aFullReportAndASelfCheckAreOnePageEach, hqPrintsTheReport } from './papers.mjs';
import { theCheckInPageIsSmall, theScreenGoesOn } from './screen.mjs';
import { inLanguage, press } from './steps.mjs';

async function aTraineeMarksAReadingRead(site, report) {
  const { context, page } = await site.visitor('trainee', { scripts: false });
  await page.goto('/readings');
  await press(page, page.locator('main a[href^="/readings/"]').first());
  const address = page.url();
  const isRead = () => page.locator('form[action$="/unread"]').count();
  if (await isRead()) await press(page, page.locator('form[action$="/unread"] button').first());
  await press(page, page.locator('form[action$="/read"] button'));
  report.check(page.url() === address && await isRead() > 0, 'one tap marks it read, in place');
  await press(page, page.locator('form[action$="/unread"] button').first());
  report.check(await isRead() === 0, 'one tap takes it back');
  await context.close();
}

async function theLanguageSwitchKeepsWhatWasTyped(site, report) {
  const { context, page } = await site.visitor('hq', { width: 1440, height: 900, scripts: false });
  await page.goto('/sessions/new');
  await page.fill('#title', '没有写完的标题');
  await press(page, page.locator('button[name=switch_language]').first());
  report.check(await page.locator('html').getAttribute('lang') === 'en', 'the form is in English');
  report.check(await page.inputValue('#title') === '没有写完的标题', 'what was typed is still there');
  await page.fill('#title', '');
  await press(page, page.locator('main button.main-action').first());
  report.check(await page.locator('.error-summary a').count() > 0, 'a refused form says what is wrong');
  report.check((await page.title()).startsWith('Error:'), `and its title says so: ${await page.title()}`);
  await context.close();
}

async function somebodyElsesUnitIsNotFound(site, report) {
  const { context, page } = await site.visitor('leader');
  for (const path of ['/import', '/sessions/new', '/people', '/units/1', '/mail', '/nowhere']) {
    const answer = await page.goto(path);
    report.check(answer.status() === 404, `a leader at ${path} gets ${answer.status()}`);
  }
  await context.close();
}

const inEachLanguage = JOURNEYS.flatMap(([sentence, journey]) => LANGUAGES.map((locale) => [`${sentence}, ${locale}`, inLanguage(locale, journey)]));

export const walks = [
  ['the check-in page is small, cold and with everything', theCheckInPageIsSmall],
  ['the screen goes on without scripts, and with them through a lost network', theScreenGoesOn],
  ['a trainee marks a reading read and takes it back', aTraineeMarksAReadingRead],
  ['HQ prints the report of the notice’s meeting', hqPrintsTheReport],
  ['a report of ten rows and a self-check are one page each', aFullReportAndASelfCheckAreOnePageEach],
  ['the language switch keeps what was typed', theLanguageSwitchKeepsWhatWasTyped],
  ['what is out of reach is not found', somebodyElsesUnitIsNotFound],
  ['a kiosk goes on without a network and sends each check-in once', aKioskGoesOnWithoutANetwork],
  ['a kiosk reads a personal code by its camera, and can be installed', aKioskReadsACodeByItsCamera],
  ...inEachLanguage,
];
