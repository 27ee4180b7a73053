import { OperatorError } from '../../../../platform/errors/operator-error.ts';
import type { MeterSeries } from '../../domain.ts';
import type { KnownMeter } from '../meter-directory.ts';
import type { Rows } from './rows.ts';

/**
 * A source has checked its readings one by one; what gets here wrong is the source's own fault, and would spoil sums.
 * @throws OperatorError for an unregistered meter, times out of order, and times, values or intervals that can't be.
 */
export function checkSeries(series: MeterSeries, meter: KnownMeter | undefined): Rows {
  const { meterId, timesMs, values, intervalSeconds } = series;
  const refuse = (fault: string): never => {
    throw new OperatorError(`The readings of meter ${meterId} can't be loaded: ${fault}`);
  };
  if (meter === undefined) return refuse('it is not registered. Register meters before their readings.');
  if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1 || intervalSeconds > 86_400)
    return refuse(`their interval is ${intervalSeconds} s, and must be a whole number from 1 to 86,400.`);
  if (timesMs.length !== values.length)
    return refuse(`there are ${timesMs.length} times and ${values.length} values.`);
  let before = 0;
  for (let index = 0; index < timesMs.length; index += 1) {
    const time = timesMs[index] ?? Number.NaN;
    const value = values[index] ?? Number.NaN;
    if (!(time >= before && time <= latestMs))
      return refuse(
        `number ${index} is at ${time} ms, behind one at ${before} ms; times ascend, from 1970 on.`,
      );
    if (!(value >= 0 && value < Infinity))
      return refuse(
        `number ${index}, at ${new Date(time).toISOString()}, is ${value}; values are finite and not negative.`,
      );
    before = time;
  }
  return { meterNo: meter.meterNo, intervalSeconds, timesMs, values };
}

/** The end of the year 9999, behind which dates are written otherwise. */
const latestMs = Date.UTC(10_000, 0, 1) - 1;
