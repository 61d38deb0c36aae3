// Steps that several walks take.
export const text = (page) => page.locator('main').innerText();
export const press = (page, locator) => Promise.all([page.waitForNavigation(), locator.click()]);

// The session that is in progress, by its page's address, and its screens.
export async function openSession(site) {
  const { context, page } = await site.visitor('hq', { width: 1440, height: 900, scripts: false });
  await page.goto('/sessions');
  const hrefs = await page.locator('main a[href^="/sessions/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  for (const href of new Set(hrefs.filter((href) => /^\/sessions\/\d+$/.test(href)))) {
    await page.goto(href);
    const screens = await page.locator('main a[href*="/screen?"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    if (screens.length > 0 && await page.locator('.state-open').count() > 0) return { href, screens, context, page };
  }
  throw new Error('no session is in progress');
}
