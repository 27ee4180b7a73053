import { judge } from './judge.ts';
import { createMeterState, type MeterState } from './meter-state.ts';
import { ruleIn, verdictIn } from './rejudge.ts';
import { ruleNameOf, Verdict } from './rule-names.ts';
import { type MeterRules, rulesOf } from './rules.ts';
import type { Finding, Sink } from './sink.ts';

const hourMs = 3_600_000;
const start = Date.parse('2017-01-02T00:00:00Z');

/** A meter that has been watched for some weeks of plain days: 10 at night, 20 by day, never quite the same. */
function warmMeter(rules: MeterRules = rulesOf('ELECTRICITY'), weeks = 5) {
  const state = createMeterState();
  const findings: Finding[] = [];
  const rejudged: { fromMs: number; toMs: number; verdict: number; rule: string | null }[] = [];
  const sink: Sink = {
    rejudge: (fromMs, toMs, verdict, rule) =>
      void rejudged.push({ fromMs, toMs, verdict, rule: ruleNameOf(rule) }),
    finding: (finding) => void findings.push(finding),
    hour: () => undefined,
  };
  let hour = 0;
  const usual = (at: number): number =>
    (at % 24 >= 7 && at % 24 < 19 ? 20 : 10) * (1 + 0.03 * Math.sin(at * 12.9898));
  const timeOf = (at: number): number => start + at * hourMs;
  const give = (
    value: number,
    at = hour,
    more: { readonly nowMs?: number; readonly timeMs?: number } = {},
  ) => {
    const timeMs = more.timeMs ?? timeOf(at);
    if (at === hour) hour += 1;
    const nowMs = more.nowMs ?? timeMs + hourMs;
    const judgement = judge(
      state,
      rules,
      { timeMs, value, intervalSeconds: 3_600, offsetMs: 0, nowMs },
      sink,
    );
    return { verdict: verdictIn(judgement), rule: ruleNameOf(ruleIn(judgement)) };
  };
  for (let index = 0; index < weeks * 168 + 12; index += 1) give(usual(hour));
  return {
    state,
    findings,
    rejudged,
    usual,
    timeOf,
    give,
    now: () => hour,
    /** The next hours as they usually are. */
    goOn: (hours: number) => Array.from({ length: hours }, () => give(usual(hour))),
    skip: (hours: number) => {
      hour += hours;
    },
    found: (rule: string) => findings.filter((finding) => ruleNameOf(finding.rule) === rule),
  };
}

const good = { verdict: Verdict.GOOD, rule: null };

// Proves: vee.rules
describe('a rule', () => {
  test('finds nothing in plain weeks', () => {
    const meter = warmMeter();
    expect(meter.goOn(400).every(({ verdict, rule }) => verdict === Verdict.GOOD && rule === null)).toBe(
      true,
    );
    expect(meter.findings).toEqual([]);
  });

  test('range: a rate that no meter of the type can measure', () => {
    const meter = warmMeter(rulesOf('ELECTRICITY', { range: { mostRate: 50 } }));
    expect(meter.give(51)).toEqual({ verdict: Verdict.SUSPECT, rule: 'range' });
  });

  test('negative: refused, and nothing is learned from it', () => {
    const meter = warmMeter();
    const before = structuredClone(meter.state);
    expect(meter.give(-1)).toEqual({ verdict: Verdict.REJECTED, rule: 'negative' });
    expect(meter.state).toEqual(before);
  });

  test('future: refused when it is further ahead of the clock than allowed', () => {
    const meter = warmMeter();
    const timeMs = meter.timeOf(meter.now());
    expect(meter.give(10, meter.now(), { nowMs: timeMs - 2 * hourMs })).toEqual({
      verdict: Verdict.REJECTED,
      rule: 'future',
    });
  });

  test('rate-of-change: a step of many times what the meter usually counts, but not the step back', () => {
    const meter = warmMeter(
      rulesOf('ELECTRICITY', { spike: { verdict: 'OFF' }, unitJump: { verdict: 'OFF' } }),
    );
    expect(meter.give(400)).toEqual({ verdict: Verdict.SUSPECT, rule: 'rate-of-change' });
    expect(meter.goOn(1)).toEqual([good]);
  });

  test('stuck: the sixth equal value tells, and those before are judged again; the run ends with another value', () => {
    const meter = warmMeter();
    const from = meter.now();
    const verdicts = Array.from({ length: 8 }, () => meter.give(17.25).rule);
    expect(verdicts).toEqual([null, null, null, null, null, 'stuck', 'stuck', 'stuck']);
    expect(meter.rejudged).toContainEqual({
      fromMs: meter.timeOf(from),
      toMs: meter.timeOf(from + 5),
      verdict: Verdict.SUSPECT,
      rule: 'stuck',
    });
    expect(meter.goOn(1)).toEqual([good]);
    expect(meter.found('stuck').at(-1)).toMatchObject({
      fromMs: meter.timeOf(from),
      toMs: meter.timeOf(from + 8),
      open: false,
    });
  });

  test('stuck: a meter that often repeats itself is given longer', () => {
    const meter = warmMeter();
    for (let index = 0; index < 600; index += 1) meter.give(Math.floor(index / 3) % 2 === 0 ? 15 : 16);
    meter.findings.length = 0;
    for (let index = 0; index < 8; index += 1) meter.give(15);
    expect(meter.found('stuck')).toEqual([]);
  });

  test('zero-run: zeros while use is expected', () => {
    const meter = warmMeter();
    expect([meter.give(0), meter.give(0), meter.give(0)].map(({ rule }) => rule)).toEqual([
      null,
      null,
      'zero-run',
    ]);
    expect(meter.rejudged.at(-1)).toMatchObject({ rule: 'zero-run', verdict: Verdict.SUSPECT });
  });

  test('zero-run: none of a meter that always counts nothing at these hours', () => {
    const meter = warmMeter(rulesOf('SOLAR'), 0);
    for (let index = 0; index < 60 * 24; index += 1) {
      const at = meter.now();
      meter.give(at % 24 > 6 && at % 24 < 18 ? 5 + Math.sin(at) : 0);
    }
    expect(meter.findings).toEqual([]);
  });

  test('spike: one hour above its neighbours is doubted when it comes, and known when the next is as usual', () => {
    const meter = warmMeter();
    const at = meter.now();
    expect(meter.give(60)).toEqual({ verdict: Verdict.SUSPECT, rule: 'spike' });
    expect(meter.found('spike')).toEqual([]);
    expect(meter.goOn(1)).toEqual([good]);
    expect(meter.found('spike')).toMatchObject([
      { fromMs: meter.timeOf(at), toMs: meter.timeOf(at + 1), actual: 60 },
    ]);
  });

  test('spike: a step that stays is none, and its first hour is judged good again', () => {
    const meter = warmMeter(rulesOf('ELECTRICITY', { unitJump: { verdict: 'OFF' } }));
    const at = meter.now();
    expect(meter.give(60).rule).toBe('spike');
    meter.give(61);
    expect(meter.found('spike')).toEqual([]);
    expect(meter.rejudged.at(-1)).toEqual({
      fromMs: meter.timeOf(at),
      toMs: meter.timeOf(at + 1),
      verdict: Verdict.GOOD,
      rule: null,
    });
  });

  test('gap: told by the reading that ends it', () => {
    const meter = warmMeter();
    const from = meter.now();
    meter.skip(5);
    expect(meter.goOn(1)).toEqual([good]);
    expect(meter.found('gap')).toMatchObject([
      { fromMs: meter.timeOf(from), toMs: meter.timeOf(from + 5), open: false },
    ]);
  });

  test('duplicate: what comes again has the verdict of the first; another value for it is marked', () => {
    const meter = warmMeter();
    const at = meter.now();
    expect(meter.give(60).rule).toBe('spike');
    meter.goOn(2);
    expect(meter.give(60, at)).toEqual({ verdict: Verdict.SUSPECT, rule: 'spike' });
    expect(meter.give(meter.usual(at + 1) + 1, at + 1)).toEqual({ verdict: Verdict.GOOD, rule: 'duplicate' });
    expect(meter.found('duplicate')).toHaveLength(2);
  });

  test('late: what comes behind newer readings is taken and marked, when it is very late', () => {
    const meter = warmMeter();
    const at = meter.now();
    meter.skip(30);
    meter.goOn(1);
    expect(meter.give(10, at)).toEqual({ verdict: Verdict.GOOD, rule: 'late' });
    expect(meter.give(10, at + 20)).toEqual(good);
  });

  test('clock-shift: times that left the grid are doubted for two days, then they are the grid', () => {
    const meter = warmMeter();
    const rules: (string | null)[] = [];
    for (let index = 0; index < 50; index += 1) {
      const at = meter.now();
      rules.push(meter.give(meter.usual(at), at, { timeMs: meter.timeOf(at) + 13 * 60_000 }).rule);
    }
    expect(rules.slice(0, 48)).toEqual(Array.from({ length: 48 }, () => 'clock-shift'));
    expect(rules.slice(48)).toEqual([null, null]);
    expect(meter.found('clock-shift').at(-1)).toMatchObject({ open: false });
  });

  test.each([1_000, 1 / 1_000])('unit-jump: a thousand (%p) tells at once', (factor) => {
    const meter = warmMeter();
    const first = meter.give(meter.usual(meter.now()) * factor);
    expect(first).toEqual({ verdict: Verdict.SUSPECT, rule: 'unit-jump' });
    meter.give(meter.usual(meter.now()) * factor);
    expect(meter.found('unit-jump')).toMatchObject([{ open: true, strength: factor }]);
  });

  test.each([3.412, 1 / 3.412])(
    'unit-jump: kBtu for kWh (%p) tells within half a day, from its first hour on',
    (factor) => {
      const meter = warmMeter();
      const from = meter.now();
      for (let index = 0; index < 20; index += 1) meter.give(meter.usual(meter.now()) * factor);
      expect(meter.found('unit-jump')[0]).toMatchObject({ fromMs: meter.timeOf(from), strength: factor });
      meter.goOn(3);
      expect(meter.found('unit-jump').at(-1)).toMatchObject({ toMs: meter.timeOf(from + 20), open: false });
    },
  );
});

// Proves: vee.minutes
test('a meter that sends minutes is judged by its hours, and by its minutes where those alone tell', () => {
  const { state, findings, sink } = listening();
  const rules = rulesOf('ELECTRICITY');
  const minuteMs = 60_000;
  const usual = (minute: number): number =>
    (Math.floor(minute / 60) % 24 >= 7 ? 20 : 10) * (1 + 0.05 * Math.sin(minute * 12.9898)) * (1 / 60);
  const minutes = 28 * 24 * 60;
  for (let minute = 0; minute < minutes; minute += 1) {
    // The last hour but one is a spike, the last is as usual.
    const inSpike = Math.floor(minute / 60) === minutes / 60 - 2;
    const value = usual(minute) * (inSpike ? 4 : 1);
    judge(
      state,
      rules,
      {
        timeMs: start + minute * minuteMs,
        value,
        intervalSeconds: 60,
        offsetMs: 0,
        nowMs: start + minute * minuteMs,
      },
      sink,
    );
  }
  expect(findings.map(({ rule, fromMs, toMs }) => [ruleNameOf(rule), fromMs, toMs])).toEqual([
    ['spike', start + (minutes - 120) * minuteMs, start + (minutes - 60) * minuteMs],
  ]);
});

function listening(): { state: MeterState; findings: Finding[]; sink: Sink } {
  const findings: Finding[] = [];
  return {
    state: createMeterState(),
    findings,
    sink: {
      rejudge: () => undefined,
      finding: (finding) => void findings.push(finding),
      hour: () => undefined,
    },
  };
}
