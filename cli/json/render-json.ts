/**
 * Renders JSON for programs, indented by `indent` blanks (0: on one line). Control characters, characters that change the writing
 * direction, and half surrogate pairs become `\u` escapes. So a name that other people chose cannot change a terminal. Parsing the JSON
 * gives the same value.
 */
export function renderJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (text) =>
    text === '\n' ? text : Array.from({ length: text.length }, (_, i) => escapeUnit(text.charCodeAt(i))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
