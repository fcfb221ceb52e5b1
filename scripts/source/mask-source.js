/**
 * TypeScript text with everything that is no code blanked out: comments wholly, strings, template texts and regular
 * expressions up to their delimiters. Every character keeps its place, so an offset in the mask is one in the text.
 * A scanner, not a parser: all it has to know is where a string, a comment or a regular expression begins and ends.
 */

/** @typedef {{ start: number, end: number }} Range */
/** @typedef {{ code: string, comments: Range[] }} Masked */

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const WORD = /[\w$]+/y;
const VALUE_CANNOT_END_WITH =
  /(?:^|[^\w$])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$|(?:^|[(,=:[!&|?{;+\-*%~^<>])$/;
const VALUE_ENDS_WITH = /(?:\+\+|--|[\w$)\]]!)$/;

/**
 * The mask of a source text.
 *
 * @param {string} text
 * @returns {Masked}
 */
export function maskSource(text) {
  /** @type {Range[]} */
  const comments = [];
  /** @type {Range[]} */
  const hidden = [];
  /** What the open braces were opened by; `}` of a `${` goes on with the text of its template. @type {string[]} */
  const braces = [];
  let at = 0;

  const templateText = () => {
    const end = endOf(TEMPLATE_TEXT, text, at) ?? at;
    hidden.push({ start: at, end });
    at = end;
    if (text[at] === '$') {
      braces.push('${');
      at += 2;
    } else at++;
  };

  while (at < text.length) {
    const end = literalEnd(text, at);
    if (end?.kind === 'comment') {
      comments.push({ start: at, end: end.at });
      hidden.push({ start: at, end: end.at });
      at = end.at;
    } else if (end !== undefined) {
      hidden.push({ start: at + 1, end: end.at - 1 });
      at = end.at;
    } else if (text[at] === '`') {
      at++;
      templateText();
    } else if (text[at] === '}' && braces.pop() === '${') {
      at++;
      templateText();
    } else {
      if (text[at] === '{') braces.push('{');
      at = endOf(WORD, text, at) ?? at + 1;
    }
  }
  return { code: blank(text, hidden), comments };
}

/**
 * Where the comment, string or regular expression that begins at `at` ends; undefined if none begins there.
 *
 * @param {string} text
 * @param {number} at
 * @returns {{ kind: 'comment' | 'literal', at: number } | undefined}
 */
function literalEnd(text, at) {
  const first = text[at];
  if (first === "'" || first === '"') return { kind: 'literal', at: endOf(STRING, text, at) ?? at + 1 };
  if (first !== '/') return undefined;
  const comment = endOf(COMMENT, text, at);
  if (comment !== undefined) return { kind: 'comment', at: comment };
  const regex = startsValue(text, at) ? endOf(REGEX, text, at) : undefined;
  return regex === undefined ? undefined : { kind: 'literal', at: regex };
}

/**
 * True if a `/` here begins a regular expression, because what stands before it is no value that could be divided.
 *
 * @param {string} text
 * @param {number} at
 */
function startsValue(text, at) {
  const before = text.slice(Math.max(0, at - 200), at).trimEnd();
  return VALUE_CANNOT_END_WITH.test(before) && !VALUE_ENDS_WITH.test(before);
}

/**
 * @param {RegExp} sticky
 * @param {string} text
 * @param {number} at
 */
function endOf(sticky, text, at) {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

/**
 * @param {string} text
 * @param {readonly Range[]} ranges ascending
 */
function blank(text, ranges) {
  let code = '';
  let at = 0;
  for (const { start, end } of ranges) {
    code += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = Math.max(at, end);
  }
  return code + text.slice(at);
}

/**
 * The line, from 1 on, in which an offset lies.
 *
 * @param {string} text
 * @param {number} offset
 */
export function lineAt(text, offset) {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}
