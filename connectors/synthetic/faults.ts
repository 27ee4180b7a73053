import type { MeterType } from '../facts.ts';
import type { MeterModel } from './meter-model.ts';
import { between, hashText, mix, uniform } from './random.ts';

/** What goes wrong with meters and buildings, each a thing that detection should find. */
export const faultKinds = [
  /** The same value hour after hour. */
  'STUCK',
  /** Nothing counted although there is use. */
  'ZERO_RUN',
  /** One hour many times too high. */
  'SPIKE',
  /** For weeks a constant factor too high or too low. */
  'LEVEL_SHIFT',
  /** A thousand times too high: Wh for kWh, ml for l. */
  'UNIT_JUMP',
  /** No readings. */
  'GAP',
  /** Every reading is sent twice. */
  'DUPLICATE',
  /** Plant runs on through nights and weekends. */
  'NIGHT_WASTE',
] as const;
export type SyntheticFaultKind = (typeof faultKinds)[number];

export interface PlannedFault {
  readonly kind: SyntheticFaultKind;
  /** Hours since 1970, UTC; `toHour` is the first hour after it. */
  readonly fromHour: number;
  readonly toHour: number;
  /** What values are multiplied by, for the kinds that do. */
  readonly factor: number | null;
}

export interface MeterFaults {
  /** Faults that touch these hours, earliest first. */
  during(fromHour: number, toHour: number): readonly PlannedFault[];
  /** What the meter reports: its healthy values with the faults in them; NaN where a gap is. */
  reported(fromHour: number, toHour: number): Float64Array;
}

export interface MeterFaultsOptions {
  readonly seed: number;
  readonly meterId: string;
  readonly type: MeterType;
  readonly model: MeterModel;
}

/** Time is cut into windows of 64 days; a fault lies within one, so that a window can be looked at by itself. */
const windowHours = 64 * 24;
const chance = 0.08;
/** How full a building whose plant runs on looks to its meters. */
const wastefulOccupancy = 0.85;

/** [least, most] hours that a fault of a kind lasts. */
const durations: Readonly<Record<SyntheticFaultKind, readonly [number, number]>> = {
  STUCK: [12, 120],
  ZERO_RUN: [6, 72],
  SPIKE: [1, 1],
  LEVEL_SHIFT: [14 * 24, 42 * 24],
  UNIT_JUMP: [24, 240],
  GAP: [6, 96],
  DUPLICATE: [2, 24],
  NIGHT_WASTE: [7 * 24, 28 * 24],
};

function kindsOf(type: MeterType): readonly SyntheticFaultKind[] {
  switch (type) {
    case 'ELECTRICITY':
    case 'CHILLED_WATER':
      return faultKinds;
    case 'STEAM':
    case 'HOT_WATER':
    case 'GAS':
    case 'WATER':
      return faultKinds.filter((kind) => kind !== 'NIGHT_WASTE');
    case 'IRRIGATION':
    case 'SOLAR':
      // Their zeros are right at night: a stuck or silent meter could not be told from a healthy one.
      return ['GAP', 'DUPLICATE', 'UNIT_JUMP'];
  }
}

function factorOf(kind: SyntheticFaultKind, hash: number): number | null {
  if (kind === 'SPIKE') return between(hash, 8, 20);
  if (kind === 'UNIT_JUMP') return 1000;
  if (kind === 'LEVEL_SHIFT') return (hash & 1) === 0 ? between(hash, 1.4, 1.9) : between(hash, 0.4, 0.65);
  return null;
}

/** The faults of a meter: like its readings a pure function of seed, meter and time. */
export function createMeterFaults({ seed, meterId, type, model }: MeterFaultsOptions): MeterFaults {
  const hash = hashText(seed, `${meterId} faults`);
  const kinds = kindsOf(type);
  const windows = new Map<number, PlannedFault | null>();

  const plan = (window: number): PlannedFault | null => {
    const dice = mix(hash, window);
    if (uniform(dice) >= chance) return null;
    const kind = kinds[Math.floor(uniform(mix(dice, 1)) * kinds.length)] ?? 'GAP';
    const [least, most] = durations[kind];
    const hours = Math.floor(between(mix(dice, 2), least, most + 1));
    const fromHour = window * windowHours + Math.floor(uniform(mix(dice, 3)) * (windowHours - hours));
    const fault = { kind, fromHour, toHour: fromHour + hours, factor: factorOf(kind, mix(dice, 4)) };
    return isVisible(fault) ? fault : null;
  };

  /** A chiller's zeros in winter hide a stuck meter: faults that nobody could find are not injected. */
  const isVisible = (fault: PlannedFault): boolean => {
    if (fault.kind === 'GAP' || fault.kind === 'DUPLICATE') return true;
    const healthy = model.hours(fault.fromHour, fault.toHour);
    const sum = total(healthy);
    if (sum < 0.2 * model.typicalHour * healthy.length || healthy[0] === 0) return false;
    return fault.kind !== 'NIGHT_WASTE' || total(inject(fault, healthy.slice(), fault.fromHour)) > 1.15 * sum;
  };

  /** Writes a fault into values that begin at `fromHour`. */
  const inject = (fault: PlannedFault, values: Float64Array, fromHour: number): Float64Array => {
    const from = Math.max(0, fault.fromHour - fromHour);
    const to = Math.min(values.length, fault.toHour - fromHour);
    if (to <= from) return values;
    const part = values.subarray(from, to);
    switch (fault.kind) {
      case 'STUCK':
        part.fill(model.hours(fault.fromHour, fault.fromHour + 1)[0] ?? 0);
        break;
      case 'ZERO_RUN':
        part.fill(0);
        break;
      case 'SPIKE':
      case 'LEVEL_SHIFT':
      case 'UNIT_JUMP':
        for (let index = 0; index < part.length; index += 1)
          part[index] = (part[index] as number) * (fault.factor ?? 1);
        break;
      case 'GAP':
        part.fill(Number.NaN);
        break;
      case 'NIGHT_WASTE':
        part.set(model.hours(fromHour + from, fromHour + to, wastefulOccupancy));
        break;
      case 'DUPLICATE':
        break;
    }
    return values;
  };

  const during = (fromHour: number, toHour: number): readonly PlannedFault[] => {
    const found: PlannedFault[] = [];
    for (let window = Math.floor(fromHour / windowHours); window * windowHours < toHour; window += 1) {
      let fault = windows.get(window);
      if (fault === undefined) {
        fault = plan(window);
        windows.set(window, fault);
      }
      if (fault !== null && fault.fromHour < toHour && fault.toHour > fromHour) found.push(fault);
    }
    return found;
  };

  return {
    during,
    reported(fromHour, toHour) {
      const values = model.hours(fromHour, toHour);
      for (const fault of during(fromHour, toHour)) inject(fault, values, fromHour);
      return values;
    },
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
