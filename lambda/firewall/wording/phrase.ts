/** One line about reach: what, and from where. Printable whatever came from outside. */
export interface Phrase {
  /** `tcp 22 (SSH)`, `all protocols`, `icmp echo request (ping)`. */
  what: string;
  /** `anywhere (0.0.0.0/0)`, `anywhere` (both families), `203.0.113.0/24 and 3 more`. */
  from: string;
}

/** `tcp 22 (SSH) from anywhere (0.0.0.0/0)` */
export function renderPhrase({ what, from }: Phrase): string {
  return `${what} from ${from}`;
}
