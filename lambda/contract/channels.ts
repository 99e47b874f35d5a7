/**
 * The functions that are subscribed to the alert topic and pass its messages on. The deployment writes the list into the environment of the
 * scan function and into the outputs of the stack. The list is needed to count the listeners: a function with a topic of its own does not
 * count as a listener. The subscribers of this topic count instead.
 */
import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';

/**
 * `events`: the function that publishes each alert as a message of its own, for programs. `amazon-q`: the function that sends alerts to
 * Slack through Amazon Q Developer. `slack-webhook`: the function that sends alerts to an incoming webhook of Slack.
 */
const channelNames = ['events', 'amazon-q', 'slack-webhook'] as const;

const channel = z.object({
  name: z.enum(channelNames),
  functionName: z.string().check(z.minLength(1)),
  /** The topic to which the function publishes; `null`: the function delivers the messages itself. */
  topicArn: z.nullable(z.string()),
});

export type ChannelName = (typeof channelNames)[number];
export type Channel = z.output<typeof channel>;

/**
 * Throws an Error if the text does not have the format that the deployment writes. `undefined`: an earlier version wrote no list. Then the
 * result is an empty list.
 */
export function parseChannels(text: string | undefined): Channel[] {
  if (text === undefined) return [];
  const parsed = z.array(channel).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`The list of channels is not what \`cdk deploy\` writes; deploy again. Got ${text.slice(0, 200)}`);
}
