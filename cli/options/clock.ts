import { buildRenderTime, type RenderTime } from '../text/render-time.ts';
import { chooseZone, type ZoneOptions } from './deployment-options.ts';
import type { TimeContext } from './parse-time.ts';

/** The current time, and the time zone in which a command reads and shows times. */
export interface Clock extends TimeContext {
  renderTime: RenderTime;
}

export function readClock(options: ZoneOptions): Clock {
  const zone = chooseZone(options);
  return { now: Date.now(), zone, renderTime: buildRenderTime(zone) };
}
