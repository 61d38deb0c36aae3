// Every page that links lead to, for each role: it answers, it is accessible, it fits a phone, and it asks nobody else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
// Two pages of one pattern are enough: /sessions/3 and /sessions/4, not all of them.
const A_PATTERN = 2;

const pattern = (path) => path.replace(/\?.*/, '').replace(/\/\d+(?=\/|$)/g, '/{id}').replace(/^\/c\/.*/, '/c/{code}');

export async function crawl(site, role, options, report) {
  const { context, page } = await site.visitor(role, options);
  const name = `${role ?? 'nobody'} ${options.locale} ${options.width} ${options.dark ? 'dark' : 'light'}`;
  const foreign = [];
  const mistakes = [];
  page.on('request', (request) => { if (!request.url().startsWith(site.base) && !request.url().startsWith('data:')) foreign.push(request.url()); });
  page.on('console', (message) => { if (message.type() === 'error') mistakes.push(message.text()); });
  page.on('pageerror', (error) => mistakes.push(String(error)));

  // A page of the live roll loads itself anew once the session is over: a look in the middle of that is taken again.
  const look = async (path, looking) => {
    try {
      return await looking();
    } catch (error) {
      if (!/context was destroyed|navigation/i.test(String(error))) throw error;
      await page.goto(path);
      return looking();
    }
  };

  const waiting = role ? ['/'] : ['/login', '/help', '/welcome'];
  const seen = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    const kind = pattern(path);
    const visits = seen.get(kind) ?? 0;
    if (visits >= A_PATTERN) continue;
    seen.set(kind, visits + 1);
    mistakes.length = 0;
    const answer = await page.goto(path).catch((error) => {
      if (String(error).includes('Download is starting')) return null;
      throw error;
    });
    if (!answer) continue;
    const where = `${name} ${path}`;
    if (!(answer.headers()['content-type'] ?? '').includes('text/html')) continue;
    report.check(answer.status() === 200, `${where}: answers ${answer.status()}`);
    report.check(mistakes.length === 0, `${where}: the browser complains: ${mistakes.join(' | ')}`);
    if (answer.status() !== 200) continue;

    const facts = await look(path, () => page.evaluate(() => ({
      lang: document.documentElement.lang,
      sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      headings: document.querySelectorAll('h1').length,
      title: document.title,
      switchesLanguage: Boolean(document.querySelector('[hreflang], button[name=switch_language], .screen')),
      links: [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href')),
    })));
    report.check(facts.lang === (options.locale.startsWith('zh') ? 'zh-CN' : 'en'), `${where}: lang is ${facts.lang}`);
    report.check(facts.sideways <= 0, `${where}: scrolls sideways by ${facts.sideways} px`);
    report.check(facts.headings === 1, `${where}: has ${facts.headings} h1`);
    report.check(facts.title.length > 4, `${where}: has the title “${facts.title}”`);
    report.check(facts.switchesLanguage, `${where}: has no language switch`);

    const found = await look(path, async () => {
      await page.evaluate(AXE);
      return page.evaluate((rules) => window.axe.run(document, rules), RULES);
    });
    for (const violation of found.violations) {
      const nodes = violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`);
      report.check(false, `${where}: axe ${violation.id}: ${nodes.join(' ; ')}`);
    }
    report.count('pages looked at by axe');
    for (const href of facts.links) {
      if (!href || !href.startsWith('/') || href.startsWith('/static/') || href.includes('lang=')) continue;
      waiting.push(href.replace(/#.*/, ''));
    }
  }
  report.check(foreign.length === 0, `${name}: asks others: ${foreign.join(' ')}`);
  await context.close();
  return [...seen.keys()];
}
