/**
 * JSON for programs, indented by `indent` blanks (0: on one line). It means the same as `JSON.stringify`, but control characters, marks that turn the direction of
 * writing and half surrogate pairs are written as `\u` escapes: a name from outside can not move anybody's cursor.
 */
export function renderJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (text) =>
    text === '\n' ? text : Array.from({ length: text.length }, (_, i) => escapeUnit(text.charCodeAt(i))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
