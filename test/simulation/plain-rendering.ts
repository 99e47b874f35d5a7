/**
 * Renders mail as one word. The simulation reads only the JSON event, so `simulate.ts` saves the time of rendering for people: it loads this
 * file in place of the renderer. With `--whole` it loads the renderer.
 */
import { registerHooks } from 'node:module';

const inPlaceOf = '/lambda/alerts/render-email.ts';

/** Must be called before the product is loaded. */
export function renderPlainly(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      return resolved.url.endsWith(inPlaceOf) ? { ...resolved, url: import.meta.url } : resolved;
    },
  });
}

export function renderEmail(): string {
  return 'mail';
}
