/** Parses text from outside. Returns `undefined`, which is no JSON value, if the text is not JSON. The caller must report that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
