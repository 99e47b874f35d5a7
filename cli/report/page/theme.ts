import { byId } from './element.ts';

/** The page starts with the theme of the system. A theme that the reader chooses lasts until the page is closed. */
export function initTheme(): void {
  const button = byId('theme');
  const root = document.documentElement;
  let isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const show = () => button.setAttribute('aria-pressed', String(isDark));
  show();
  button.addEventListener('click', () => {
    isDark = !isDark;
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    show();
  });
  byId('print').addEventListener('click', () => window.print());
}
