// Runs the browser tests against the demo and says how many checks passed: every page as every role, the pages that no link
// leads to, then the walks. `node run.mjs walks` runs the walks alone, `node run.mjs walks kiosk code` those whose sentences
// have one of the words; `states` the pages that no link leads to, with words likewise.
import { crawl } from './crawl.mjs';
import { routesOfProgram } from './routes.mjs';
import { startSite } from './site.mjs';
import { states } from './states.mjs';
import { walks } from './walks.mjs';

const problems = [];
const counts = new Map();
let passed = 0;
const report = {
  check(holds, sentence) {
    if (holds) passed += 1;
    else {
      problems.push(sentence);
      console.log(`FAILED ${sentence}`);
    }
  },
  count(what) { counts.set(what, (counts.get(what) ?? 0) + 1); },
};

const PHONE = { width: 390, height: 844 };
const SMALL = { width: 320, height: 640 };
const DESK = { width: 1440, height: 900 };
const ROUNDS = [
  [null, { ...PHONE, locale: 'zh-CN' }],
  [null, { ...DESK, locale: 'en-GB', dark: true }],
  ['trainee', { ...PHONE, locale: 'zh-CN' }],
  ['trainee', { ...SMALL, locale: 'en-GB', dark: true }],
  ['leader', { ...DESK, locale: 'zh-CN' }],
  ['leader', { ...PHONE, locale: 'en-GB', dark: true }],
  ['clerk', { ...PHONE, locale: 'zh-CN' }],
  ['hq', { ...DESK, locale: 'zh-CN' }],
  ['hq', { ...PHONE, locale: 'en-GB', dark: true }],
  ['admin', { ...DESK, locale: 'en-GB' }],
  ['liaison', { ...PHONE, locale: 'zh-CN' }],
  ['inspector', { ...DESK, locale: 'zh-CN', dark: true }],
  ['security', { ...PHONE, locale: 'en-GB' }],
  ['audit', { ...DESK, locale: 'en-GB' }],
];

const [part, ...words] = process.argv.slice(2);
const isChosen = (sentence) => words.length === 0 || words.some((word) => sentence.includes(word));
const rounds = part ? [] : ROUNDS;
const chosen = [];

const routes = routesOfProgram();
const site = await startSite();
const looked = new Set();
try {
  for (const [role, options] of rounds) {
    const found = await crawl(site, routes, role, options, report);
    found.forEach((route) => looked.add(route));
    console.log(`${role ?? 'nobody'}, ${options.locale}, ${options.width} px${options.dark ? ', dark' : ''}: ${found.length} kinds of page`);
  }
  if (part === 'never') (await states(routes, report, isChosen)).forEach((route) => looked.add(route));
  if (part === 'never') {
    // Who adds a page sees to it that it is come to: by a link, or by a way of its own in states.mjs.
    const [left, surplus] = [routes.left(looked), routes.surplus(looked)];
    report.check(left.length === 0, `nobody has looked at ${left.join(' ')}`);
    report.check(surplus.length === 0, `is a page after all, or gone: ${surplus.join(' ')}`);
    console.log(`${routes.n - left.length} of ${routes.n} addresses were come to`);
  }
  for (const [sentence, walk] of chosen) {
    const [before, from] = [problems.length, Date.now()];
    await walk(site, report).catch((error) => report.check(false, `${sentence}: ${error.stack}`));
    console.log(`${problems.length === before ? 'walked' : 'STUMBLED'}: ${sentence} (${Math.round((Date.now() - from) / 1000)} s)`);
  }
} finally {
  await site.stop();
}
for (const [what, n] of counts) console.log(`${n} ${what}`);
console.log(`browser: ${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
