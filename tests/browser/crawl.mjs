// Every page that links lead to, for each role: it answers, it keeps what every page has to keep, and it asks nobody else.
import { judge, traffic } from './page.mjs';

// Two pages of one pattern are enough: /people/3 and /people/4, not all of them. Sessions differ more, by their state.
const most = (kind) => (kind === '/sessions/{id}' ? 6 : 2);

const pattern = (path) => path.replace(/[?#].*/, '').replace(/\/\d+(?=\/|$)/g, '/{id}').replace(/^\/c\/.*/, '/c/{code}').replace(/^\/help\/.*/, '/help/{role}');

export async function crawl(site, role, options, report) {
  const { context, page } = await site.visitor(role, options);
  const name = `${role ?? 'nobody'} ${options.locale} ${options.width} ${options.dark ? 'dark' : 'light'}`;
  const foreign = [];
  const mistakes = [];
  page.on('request', (request) => { if (!request.url().startsWith(site.base) && !request.url().startsWith('data:')) foreign.push(request.url()); });
  page.on('console', (message) => mistakes.push(message.text()));
  page.on('pageerror', (error) => mistakes.push(String(error)));
  const loaded = traffic(page);

  const starts = { hq: ['/', '/today', '/sessions?year=2024', '/reports/final'], leader: ['/', '/reflections'] };
  const waiting = role ? (starts[role] ?? ['/']).slice() : ['/login', '/help', '/welcome'];
  const seen = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    const kind = pattern(path);
    const visits = seen.get(kind) ?? 0;
    if (visits >= most(kind)) continue;
    seen.set(kind, visits + 1);
    mistakes.length = 0;
    loaded.begin();
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

    // A page of the live roll loads itself anew once the session is over: a look in the middle of that is taken again.
    const again = async (looking) => {
      try {
        return await looking();
      } catch (error) {
        if (!/context was destroyed|navigation/i.test(String(error))) throw error;
        await page.goto(path);
        return looking();
      }
    };
    const weight = await loaded.weigh(answer);
    const links = await judge({ page, answer, weight, role, options, where, again, report });
    for (const href of links) {
      if (!href || !href.startsWith('/') || href.startsWith('/static/') || href.includes('lang=')) continue;
      waiting.push(href.replace(/#.*/, ''));
    }
  }
  report.check(foreign.length === 0, `${name}: asks others: ${foreign.join(' ')}`);
  await context.close();
  return [...seen.keys()];
}
