/** Draws the data of the page, and keeps the filter in the address of the page. */
import { answerQuestion } from '../question/answer-question.ts';
import { type Filter, noFilter, type OpenChange, parsePlace, renderPlace } from '../question/filter.ts';
import { renderAnswer } from './answer.ts';
import { renderApprovals } from './approvals.ts';
import { Cards } from './cards.ts';
import { byId } from './element.ts';
import { initFilterBar, showFilter } from './filter-bar.ts';
import { formatInstant } from './format.ts';
import { renderLegend } from './legend.ts';
import { report } from './page-data.ts';
import { renderGlance } from './summary.ts';
import { initTheme } from './theme.ts';

let { filter, change } = parsePlace(location.hash);

const cards = new Cards({
  onOpen: (number, opened) => {
    change = nameChange(number, opened);
    keepAddress();
  },
});

const actions = {
  askPort: (port: string) => ask({ ...filter, port }),
  showInstance: (number: number) => reveal(number, null),
  showChange: (number: number, opened: number) => reveal(number, opened),
};

byId('subtitle').textContent = [report.scope, `${formatInstant(report.from)} to ${formatInstant(report.until)}`].join(
  ' · ',
);
initTheme();
renderApprovals(actions.showInstance);
renderGlance(actions);
renderLegend();
initFilterBar(ask);
addEventListener('hashchange', () => {
  const place = parsePlace(location.hash);
  if (renderPlace(place) === renderPlace({ filter, change })) return;
  ({ filter, change } = place);
  show();
});
let widthPx = innerWidth;
addEventListener('resize', () => {
  // A change of only the height (an on-screen keyboard) leaves the distance between marks unchanged.
  if (innerWidth === widthPx) return;
  widthPx = innerWidth;
  show();
});
show();

function ask(asked: Filter): void {
  filter = asked;
  change = null;
  keepAddress();
  show();
}

function show(): void {
  const startedAt = performance.now();
  const answer = answerQuestion(report, filter);
  showFilter(filter, answer.problems);
  renderAnswer(answer, actions);
  const { from, until } = answer.question;
  const isMoment = from === until;
  cards.show(
    answer,
    isMoment ? { from: report.from, until: report.until, moment: from } : { from, until, moment: null },
  );
  if (change !== null) revealNamed(change);
  // The benchmark and the tests read this measurement.
  performance.measure('portwatch-show', { start: startedAt });
}

function revealNamed({ region, name, at }: OpenChange): void {
  const number = report.instances.findIndex((instance) => instance.region === region && instance.name === name);
  const opened = report.instances[number]?.changes.findIndex((each) => each.at === at) ?? -1;
  if (opened >= 0) cards.reveal(number, opened);
}

/** If the filter hides the instance, the name of the instance replaces the filter. */
function reveal(number: number, opened: number | null): void {
  if (cards.reveal(number, opened)) return;
  const name = report.instances[number]?.name ?? '';
  ask({ ...noFilter, instance: name });
  cards.reveal(number, opened);
}

function nameChange(number: number, opened: number | null): OpenChange | null {
  const instance = report.instances[number];
  const found = opened === null ? undefined : instance?.changes[opened];
  return instance === undefined || found === undefined
    ? null
    : { region: instance.region, name: instance.name, at: found.at };
}

function keepAddress(): void {
  history.replaceState(null, '', renderPlace({ filter, change }));
}
