import type { Alert } from '../contract/json-event.ts';

/**
 * Remembers what was rendered of an alert, for as long as somebody holds the alert. Planning messages renders an alert once to weigh it
 * and once to send it, and one of 10,000 sources takes 0.3 s each time. `Args`: told apart by their JSON.
 */
export function renderOnce<Args extends readonly unknown[], Text>(
  render: (alert: Alert, ...args: Args) => Text,
): (alert: Alert, ...args: Args) => Text {
  const rendered = new WeakMap<Alert, Map<string, Text>>();
  return (alert, ...args) => {
    const known = rendered.get(alert) ?? new Map<string, Text>();
    rendered.set(alert, known);
    const key = JSON.stringify(args);
    const text = known.get(key) ?? render(alert, ...args);
    known.set(key, text);
    return text;
  };
}
