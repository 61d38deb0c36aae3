// Runs the browser tests against the demo and says how many checks passed: every page as every role, then the walks.
// `node run.mjs walks` runs the walks alone, `node run.mjs walks kiosk code` those whose sentences have one of the words.
import { crawl } from './crawl.mjs';
import { startSite } from './site.mjs';
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
];

const [part, ...words] = process.argv.slice(2);
const rounds = part === 'walks' ? [] : ROUNDS;
const chosen = walks.filter(([sentence]) => words.length === 0 || words.some((word) => sentence.includes(word)));

const site = await startSite();
try {
  for (const [role, options] of rounds) {
    const patterns = await crawl(site, role, options, report);
    console.log(`${role ?? 'nobody'}, ${options.locale}, ${options.width} px${options.dark ? ', dark' : ''}: ${patterns.length} kinds of page`);
  }
  for (const [sentence, walk] of chosen) {
    await walk(site, report).catch((error) => report.check(false, `${sentence}: ${error}`));
    console.log(`walked: ${sentence}`);
  }
} finally {
  await site.stop();
}
for (const [what, n] of counts) console.log(`${n} ${what}`);
console.log(`browser: ${passed} passed, ${problems.length} failed`);
process.exitCode = problems.length === 0 ? 0 : 1;
