/**
 * Parses a text that can be invalid. Returns `undefined`, which is no JSON value, if the text is not JSON. The caller must report the
 * error.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
