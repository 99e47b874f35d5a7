import type { CommandContext } from '../command-context.ts';
import type { TimeContext } from './parse-time.ts';
import { buildRenderTime, type RenderTime } from './render-time.ts';
import { chooseZone, type ZoneOptions } from './zone.ts';

export interface Clock extends TimeContext {
  renderTime: RenderTime;
}

/** The present time by the clock of AWS, in ms since the epoch. */
export const readNow = ({ clockOffsetMs }: Pick<CommandContext, 'clockOffsetMs'>): number => Date.now() + clockOffsetMs;

export function readClock(options: ZoneOptions, context: Pick<CommandContext, 'clockOffsetMs'>): Clock {
  const zone = chooseZone(options);
  return { now: readNow(context), zone, renderTime: buildRenderTime(zone) };
}
