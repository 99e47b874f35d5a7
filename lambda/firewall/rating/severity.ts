/** Most severe first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof severities)[number];

/** Orders by severity, the worst first: for `sort`. */
export function bySeverity(a: { severity: Severity }, b: { severity: Severity }): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}

export function worstSeverity(found: Iterable<Severity>): Severity {
  let worst: Severity = 'info';
  for (const severity of found) if (isAtLeast(severity, worst)) worst = severity;
  return worst;
}

export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}
