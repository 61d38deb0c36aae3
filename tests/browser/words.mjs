// The product's own texts, so that no walk types a second time what a page says.
import { readFileSync, readdirSync } from 'node:fs';

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

// What a text of Fluent looks like on a page: an expression with a group for each argument, its choices beside each other.
function expression(text) {
  let at = 0;
  const taken = (pattern) => {
    const found = new RegExp(pattern, 'y');
    found.lastIndex = at;
    const match = found.exec(text);
    if (match) at += match[0].length;
    return match;
  };
  const placeable = () => {
    const literal = taken('\\s*"([^"]*)"\\s*}');
    if (literal) return `\\s*${escaped(literal[1].trim())}\\s*`;
    if (taken('\\s*\\$[\\w-]+\\s*}')) return '\\s*(.+?)\\s*';
    if (!taken('\\s*\\$[\\w-]+\\s*->')) throw new Error(`cannot read the text ${text}`);
    const choices = [];
    while (taken('\\s*\\*?\\[[^\\]]*\\][ \\t]*')) choices.push(pattern());
    taken('\\s*}');
    return `(?:${choices.join('|')})`;
  };
  const pattern = () => {
    let source = '';
    while (at < text.length && text[at] !== '}') {
      const before = at;
      if (taken('\\s*\\n\\s*\\*?\\[')) {
        at = before;
        break;
      }
      if (taken('{')) source += placeable();
      else if (taken('\\s+')) source += '\\s*';
      else source += escaped(taken('[^\\s{}]+')[0]);
    }
    return source;
  };
  const source = pattern().replace(/(\\s\*)+/g, '\\s*').replace(/^\\s\*|\\s\*$/g, '');
  // What comes last is not as short as can be.
  return new RegExp(source.replace(/\(\.\+\?\)$/, '(.+)'));
}

const folder = (language) => new URL(`../../content/locales/${language}/`, import.meta.url);

// The texts of the language that a browser of this locale is shown, by their keys.
export function wordsOf(locale) {
  const texts = new Map();
  const of = folder(locale.startsWith('zh') ? 'zh-CN' : 'en');
  for (const name of readdirSync(of)) {
    for (const [, key, text] of readFileSync(new URL(name, of), 'utf8').matchAll(/^([a-z][\w-]*) *= *((?:.|\n(?=[ \n}]|$))*)/gm)) texts.set(key, text.trimEnd());
  }
  const found = (key) => {
    if (!texts.has(key)) throw new Error(`there is no text ${key} in ${locale}`);
    return texts.get(key);
  };
  // As a page says it, and as it is written, for one that takes no arguments.
  return Object.assign((key) => expression(found(key)), { plain: found });
}
