// The addresses of the program, as it prints them, and those that no browser has to have looked at.
import { execFileSync } from 'node:child_process';
import { PROGRAM } from './site.mjs';

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const literal = (route) => route.replace(/\{[^}]*\}/g, '');

// What is not a page, and why.
const NO_PAGE = new Map([
  ['/healthz', 'for whoever watches the program'],
  ['/readyz', 'for whoever watches the program'],
  ['/static/{name}', 'style sheets, scripts and pictures; every page asks for them'],
  ['/kiosk/worker.js', 'a script; the walk of the kiosk without a network needs it'],
  ['/kiosk/manifest.webmanifest', 'for the browser; the walk of the kiosk by its camera installs it'],
  ['/sessions/{id}/live', 'the part of a session’s page that its script fetches; the page itself stands there without'],
  ['/kiosk/roster', 'for the script of the kiosk; the walk without a network needs it'],
]);

export function routesOfProgram() {
  const said = execFileSync(PROGRAM, ['routes'], { encoding: 'utf8' }).split('\n').map((line) => line.split(/\s+/));
  const routes = said.filter(([method]) => method === 'GET').map(([, route]) => route);
  // /reports/final/{number}.pdf goes before /reports/final/{number}, and /units/new before /units/{id}.
  const ordered = [...routes].sort((one, other) => literal(other).length - literal(one).length)
    .map((route) => [route, new RegExp(`^${route.split(/\{[^}]*\}/).map(escaped).join('[^/]+')}$`)]);
  return {
    n: routes.length,
    // The route that an address belongs to, if any.
    of: (address) => ordered.find(([, form]) => form.test(address.replace(/[?#].*/, '')))?.[0] ?? null,
    // Which pages are not among those seen; and what was seen although it is said to be no page, or is said and not there.
    left: (seen) => routes.filter((route) => !seen.has(route) && !NO_PAGE.has(route)),
    surplus: (seen) => [...NO_PAGE.keys()].filter((route) => seen.has(route) || !routes.includes(route)),
  };
}
