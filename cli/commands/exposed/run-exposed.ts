import { withDeployment } from '../../aws/open-deployment.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { exitCodes } from '../../exit-codes.ts';
import { chooseZone, type DeploymentOptions, type ZoneOptions } from '../../options/deployment-options.ts';
import { parsePortQuery } from '../../options/parse-port-query.ts';
import { refuseFuture, reversed } from '../../options/parse-span.ts';
import { parseTime, type TimeContext } from '../../options/parse-time.ts';
import { filterReach, type PortQuery } from '../../questions/open-spans.ts';
import { renderJson } from '../../text/render-json.ts';
import { buildRenderTime, type RenderTime } from '../../text/render-time.ts';
import { addActors, findOpenings, type Question } from './find-exposed-instances.ts';
import { renderExposed } from './render-exposed.ts';
import { toExposedDocument } from './to-exposed-document.ts';

export interface ExposedOptions extends DeploymentOptions, ZoneOptions {
  at?: string;
  between?: string[];
  from?: string;
  exitCode?: boolean;
}

export async function runExposed(text: string, options: ExposedOptions, context: CommandContext): Promise<void> {
  const { terminal, endWith } = context;
  const zone = chooseZone(options);
  const renderTime = buildRenderTime(zone);
  const question: Question = {
    door: checkSource({ ...parsePortQuery(text), source: options.from?.trim() ?? null }),
    ...parseWhen(options, { now: Date.now(), zone }, renderTime),
  };
  await withDeployment(options, context, async (deployment) => {
    const answer = await findOpenings(question, deployment, renderTime, (line) => terminal.showProgress(line));
    if (options.json) {
      const isSpan = question.from !== question.until;
      const openings = isSpan ? await addActors(answer.openings, deployment) : answer.openings;
      terminal.out.print(renderJson(toExposedDocument(question, { ...answer, openings }, deployment.account)));
    } else terminal.out.print(renderExposed(question, answer, renderTime, terminal));
    if (options.exitCode && answer.openings.length > 0) endWith(exitCodes.found);
  });
}

/** An instant is a span that begins and ends with it. */
function parseWhen({ at, between }: ExposedOptions, context: TimeContext, renderTime: RenderTime) {
  if (between === undefined) {
    const instant = parseTime(at ?? 'now', '--at', context);
    refuseFuture(instant, context, renderTime);
    return { from: instant, until: instant };
  }
  const [first, second, ...more] = between;
  if (first === undefined || second === undefined || more.length > 0)
    throw new CommandError(
      `Option --between got ${between.length} ${between.length === 1 ? 'time' : 'times'}; expected two, such as --between 2026-11-01 "yesterday 14:00", behind the port.`,
    );
  const [from, until] = [parseTime(first, 'first time', context), parseTime(second, 'second time', context)];
  if (from > until) throw reversed(from, until, renderTime);
  refuseFuture(until, context, renderTime);
  return { from, until };
}

function checkSource(door: PortQuery): PortQuery {
  try {
    filterReach([], door);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(
      `The address "${door.source}" is none; expected an IPv4 or IPv6 address or network, such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32.`,
      { cause: error },
    );
  }
  return door;
}
