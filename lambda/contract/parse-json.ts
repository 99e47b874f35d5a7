/** Parses text from outside. `undefined`, which is no JSON value: the text is not JSON. The caller must say so. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
