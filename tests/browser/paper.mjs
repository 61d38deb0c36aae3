// What comes out of the printer: a page of the browser, or a PDF of the program.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Looks at a PDF: its bytes, its number of sheets, the size of its paper, the words on each sheet, and a picture of its last.
export function look(pdf) {
  const folder = mkdtempSync(join(tmpdir(), 'xuefa-paper-'));
  const file = join(folder, 'paper.pdf');
  writeFileSync(file, pdf);
  const facts = execFileSync('pdfinfo', [file], { encoding: 'utf8' });
  const n = Number(/Pages:\s+(\d+)/.exec(facts)[1]);
  const sheets = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').slice(0, n);
  const picture = execFileSync('pdftoppm', ['-gray', '-r', '100', '-f', String(n), '-l', String(n), file], { maxBuffer: 1 << 26 });
  rmSync(folder, { recursive: true });
  return { n, sheets, picture, isA4: /Page size:\s+(594\.9|595|596)\S* x (841|842)/.test(facts), bytes: pdf.length };
}

// Prints the page that is open, as the browser's own command does.
export const print = async (page) => look(await page.pdf({ preferCSSPageSize: true }));

// The PDF that a page offers; a request beside the page does not say the browser's language by itself.
export async function printed(page) {
  const headers = { 'accept-language': await page.evaluate(() => navigator.language) };
  const answer = await page.request.get(await page.locator('main a[href*=".pdf"]').first().getAttribute('href'), { headers });
  return look(await answer.body());
}
