/**
 * Renders alerts for the mail, Slack and the subject. The text of an alert that is shown alone is kept, because the planning of messages
 * renders the same alert several times.
 */
import type { Digest } from '../contract/json-event.ts';
import { accountOf } from './account-of-alert.ts';
import { buildView, headlineOf } from './alert-view.ts';
import type { DigestContext } from './build-digest.ts';
import type { DecidedAlert } from './decide-alerts.ts';
import { renderPlain } from './escape.ts';
import { renderSlackView, severityEmoji, slackChannel } from './render-slack-view.ts';
import { mailChannel, renderTextView } from './render-text-view.ts';
import { renderHistoryQuery } from './table-queries.ts';

type Group = readonly [DecidedAlert, ...DecidedAlert[]];
type Place = Pick<Digest, 'account' | 'name'> & Pick<DigestContext, 'tableRegion' | 'highRiskPorts'>;

export class RenderedAlerts {
  readonly #place: Place;
  readonly #mail = new Map<DecidedAlert, string>();
  readonly #slack = new Map<DecidedAlert, string>();
  readonly #headlines = new Map<DecidedAlert, string>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** `group`: one group that `groupAlerts` returned. */
  mail(group: Group): string {
    return renderOnce(this.#mail, group, () => {
      const { account: monitor, tableRegion } = this.#place;
      const [alert] = group;
      const { details } = alert;
      const own = accountOf(alert, this.#place);
      const historyQuery = renderHistoryQuery({ table: details.table, region: tableRegion }, details.pk);
      const tableAccount = own.account === monitor ? null : monitor;
      const place = { account: own.account, accountName: renderAccount(own), historyQuery, tableAccount };
      return renderTextView(buildView(group, { ...mailChannel, policy: this.#place }), place).join('\n');
    });
  }

  slack(group: Group): string {
    return renderOnce(this.#slack, group, () => {
      const [alert] = group;
      const own = accountOf(alert, this.#place);
      const shown = alert.account === undefined ? null : slackChannel.text(renderAccount(own), 120);
      return renderSlackView(buildView(group, { ...slackChannel, policy: this.#place }), own.account, shown);
    });
  }

  /** Returns one line, for a Slack message that has no room for the whole alert. */
  slackLine([alert]: Group): string {
    const name = alert.instance === null ? '' : `${slackChannel.name(alert.instance.name, 80)}  `;
    const headline = slackChannel.text(this.headline(alert), 120);
    const own = alert.account === undefined ? '' : `${slackChannel.text(alert.accountName ?? alert.account, 40)}  `;
    return `${severityEmoji[alert.severity]} ${own}${name}${slackChannel.text(alert.region, 40)}: ${headline}`;
  }

  headline(alert: DecidedAlert): string {
    return renderOnce(this.#headlines, [alert], () => headlineOf(alert, this.#place));
  }
}

/** `123456789012 (prod)` */
export function renderAccount({ account, name }: Pick<Digest, 'account' | 'name'>): string {
  return name === account ? renderPlain(account, 40) : `${renderPlain(account, 40)} (${renderPlain(name, 80)})`;
}

/** Groups of several alerts are not cached, because they are fast to render. */
function renderOnce(known: Map<DecidedAlert, string>, group: Group, render: () => string): string {
  const [first] = group;
  if (group.length > 1) return render();
  const text = known.get(first) ?? render();
  known.set(first, text);
  return text;
}
