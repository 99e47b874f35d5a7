import { renderCount } from '../../../lambda/alerts/render-count.ts';
import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { renderJson } from '../../json/render-json.ts';
import type { DeploymentOptions } from '../../options/deployment-options.ts';
import { parseAll } from '../../options/parse-all.ts';
import { parsePortQuery } from '../../options/parse-port-query.ts';
import { filterReach } from '../../questions/port-query.ts';
import { refuseIncomplete } from '../../text/refuse-incomplete.ts';
import { type Clock, readClock } from '../../time/clock.ts';
import { parsePastTime, parseTwoTimes, refuseFuture } from '../../time/parse-span.ts';
import { parseEnd } from '../../time/parse-time.ts';
import type { ZoneOptions } from '../../time/zone.ts';
import { addActors, findExposedInstances, type Question } from './find-exposed-instances.ts';
import { renderExposed } from './render-exposed.ts';
import { toExposedDocument } from './to-exposed-document.ts';

interface ExposedOptions extends DeploymentOptions, ZoneOptions {
  at?: string;
  between?: string[];
  from?: string;
  exitCode?: boolean;
}

export async function runExposed(text: string, options: ExposedOptions, context: CommandContext): Promise<void> {
  const { terminal, endWith } = context;
  const clock = readClock(options, context);
  const [ports, source, when] = parseAll(
    () => parsePortQuery(text),
    () => parseSource(options.from),
    () => parseWhen(options, clock),
  );
  const question: Question = { query: { ...ports, source }, ...when };
  await withDeployment(options, context, async (deployment) => {
    refuseFuture(question.until, clock);
    const answer = await findExposedInstances(question, deployment, clock.renderTime, (line) =>
      terminal.showProgress(line),
    );
    if (options.json) {
      const isSpan = question.from !== question.until;
      const openings = isSpan ? await addActors(answer.openings, deployment) : answer.openings;
      terminal.out.print(renderJson(toExposedDocument(question, { ...answer, openings }, deployment.account)));
    } else terminal.out.print(renderExposed(question, answer, clock.renderTime, terminal));
    refuseIncomplete(answer.blindSpots, clock.renderTime, deployment.names);
    if (options.exitCode && answer.openings.length > 0) endWith(exitCodes.found);
  });
}

/** An instant is returned as a span with equal ends. */
function parseWhen({ at, between }: ExposedOptions, clock: Clock): { from: string; until: string } {
  if (between === undefined) {
    const instant = parsePastTime(at ?? 'now', '--at', clock);
    return { from: instant, until: instant };
  }
  const [first, second, ...more] = between;
  if (first !== undefined && second !== undefined && more.length === 0)
    return parseTwoTimes(first, second, clock, parseEnd);
  throw new CommandError(
    `Option --between got ${renderCount(between.length, 'time')}; expected two, such as --between 2026-11-01 "yesterday 14:00", after the port.`,
  );
}

/** Returns `null` for every source. Throws CommandError if the address is not valid. */
function parseSource(text: string | undefined): string | null {
  const source = text?.trim() ?? null;
  try {
    filterReach([], { protocol: null, from: 0, to: 0, source });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(
      `The address "${source}" is not valid; expected an IPv4 or IPv6 address or network, such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32.`,
      { cause: error },
    );
  }
  return source;
}
