// Runs the browser tests against the demo and says how many checks passed: every page as every role, then the walks.
// `node run.mjs walks` runs the walks alone, `node run.mjs walks kiosk code` those whose sentences have one of the words.
import { execFileSync } from 'node:child_process';
import { crawl } from './crawl.mjs';
import { PROGRAM, startSite } from './site.mjs';
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

// /sessions/3/people/4 and /sessions/{id}/people/{person} are one.
const shape = (path) => path.replace(/\/\d+(?=\/|$)/g, '/{}').replace(/\{[^}]*\}/g, '{}').replace(/^\/c\/.*/, '/c/{}').replace(/^\/help\/.*/, '/help/{}');

const [part, ...words] = process.argv.slice(2);
const rounds = part === 'walks' ? [] : ROUNDS;
const chosen = walks.filter(([sentence]) => words.length === 0 || words.some((word) => sentence.includes(word)));

const site = await startSite();
const looked = new Set();
try {
  for (const [role, options] of rounds) {
    const patterns = await crawl(site, role, options, report);
    patterns.forEach((path) => looked.add(shape(path)));
    console.log(`${role ?? 'nobody'}, ${options.locale}, ${options.width} px${options.dark ? ', dark' : ''}: ${patterns.length} kinds of page`);
  }
  if (rounds.length > 0) {
    const routes = execFileSync(PROGRAM, ['routes'], { encoding: 'utf8' }).split('\n').filter((line) => line.startsWith('GET '));
    const all = new Set(routes.map((line) => shape(line.split(/\s+/)[1])));
    // Some hang on what the demo has no example of, some on a form sent before; the tests of the app have them all.
    const left = [...all].filter((path) => !looked.has(path));
    console.log(`${all.size - left.length} of ${all.size} addresses were come to by links; not to ${left.join(' ')}`);
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
