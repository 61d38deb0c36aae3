// Every page that links lead to, for each role: it answers, it keeps what every page has to keep, and it asks nobody else.
import { judge, judgeRefused, traffic } from './page.mjs';

// Two pages of one route are enough: /people/3 and /people/4, not all of them. Some differ more, by their state or kind.
const most = (route) => ({ '/sessions/{id}': 6, '/reports/final/{number}': 6, '/files/{of}/{id}': 4, '/mail/rules/{kind}': 4 }[route] ?? 2);

// A browser of a role's own, whose pages are judged as one comes to them.
export async function watch(site, role, options, report) {
  const { context, page } = await site.visitor(role, options);
  const name = `${role ?? 'nobody'} ${options.locale} ${options.width} ${options.dark ? 'dark' : 'light'}`;
  const foreign = [];
  const mistakes = [];
  page.on('request', (request) => { if (!request.url().startsWith(site.base) && !/^(data|blob):/.test(request.url())) foreign.push(request.url()); });
  page.on('console', (message) => mistakes.push(message.text()));
  page.on('pageerror', (error) => mistakes.push(String(error)));
  const loaded = traffic(page);
  const begin = () => {
    mistakes.length = 0;
    loaded.begin();
  };
  return {
    page,
    // Nothing when what is there is to be taken away, not looked at.
    async go(path) {
      begin();
      return page.goto(path).catch((error) => {
        if (String(error).includes('Download is starting')) return null;
        throw error;
      });
    },
    async press(locator) {
      begin();
      return (await Promise.all([page.waitForNavigation(), locator.first().click()]))[0];
    },
    // Judges what stands there now; gives back where its links lead, or nothing when it is not as it should be.
    async look(answer, status = 200) {
      const address = page.url().slice(site.base.length);
      const where = `${name} ${answer.request().method() === 'GET' ? '' : 'after the form of '}${address}`;
      // The browser itself says in its console that a page was refused.
      const said = mistakes.filter((mistake) => status === 200 || !mistake.includes(`status of ${status}`));
      const mistaken = answer.status() === status ? '' : await page.locator('.error-summary').allInnerTexts();
      report.check(answer.status() === status, `${where}: answers ${answer.status()} ${mistaken}`);
      report.check(said.length === 0, `${where}: the browser complains: ${said.join(' | ')}`);
      if (answer.status() !== status) return null;
      // A page of the live roll loads itself anew once the session is over: a look in the middle of that is taken again.
      const again = async (looking) => {
        try {
          return await looking();
        } catch (error) {
          if (!/context was destroyed|navigation/i.test(String(error))) throw error;
          await page.goto(address);
          return looking();
        }
      };
      const weight = await loaded.weigh(answer);
      if (status === 422) await judgeRefused({ page, where, report });
      return judge({ page, answer, weight, role, options, where, again, report });
    },
    async close() {
      report.check(foreign.length === 0, `${name}: asks others: ${foreign.join(' ')}`);
      await context.close();
    },
  };
}

export async function crawl(site, routes, role, options, report) {
  const visitor = await watch(site, role, options, report);
  const starts = { hq: ['/', '/today', '/sessions?year=2024', '/reports/final'], leader: ['/', '/reflections'] };
  const waiting = role ? (starts[role] ?? ['/']).slice() : ['/login', '/help', '/welcome'];
  const seen = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    const route = routes.of(path) ?? path;
    const visits = seen.get(route) ?? 0;
    if (visits >= most(route)) continue;
    seen.set(route, visits + 1);
    const answer = await visitor.go(path);
    if (!answer || !(answer.headers()['content-type'] ?? '').includes('text/html')) continue;
    for (const href of await visitor.look(answer) ?? []) {
      if (!href || !href.startsWith('/') || href.startsWith('/static/') || href.includes('lang=')) continue;
      waiting.push(href.replace(/#.*/, ''));
    }
  }
  await visitor.close();
  return [...seen.keys()];
}
