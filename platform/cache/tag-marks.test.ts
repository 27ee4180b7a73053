import { createTagMarks } from './tag-marks.ts';
import type { AsOf } from './types.ts';

const asOf = (position: string | undefined, redisMs = 1_000): AsOf => ({
  redisMs,
  positions: position === undefined ? {} : { readings: position },
});

test('an answer whose computation began before the event is not valid, one that began behind it is', () => {
  const marks = createTagMarks();
  marks.mark('readings', '20-0', ['energy:Fox']);
  expect(marks.isValid(asOf('19-7'), ['energy:Fox'])).toBe(false);
  expect(marks.isValid(asOf('20-0'), ['energy:Fox'])).toBe(true);
  expect(marks.isValid(asOf('20-1'), ['other', 'energy:Fox'])).toBe(true);
});

test('tags that no event named stay valid', () => {
  const marks = createTagMarks();
  marks.mark('readings', '20-0', ['energy:Fox']);
  expect(marks.isValid(asOf('1-0'), ['energy:Owl'])).toBe(true);
  expect(marks.isValid(asOf('1-0'), [])).toBe(true);
});

test('an answer that says nothing of a topic is not valid when that topic named one of its tags', () => {
  const marks = createTagMarks();
  marks.mark('readings', '20-0', ['energy:Fox']);
  expect(marks.isValid(asOf(undefined), ['energy:Fox'])).toBe(false);
});

test('each topic is compared with its own place', () => {
  const marks = createTagMarks();
  marks.mark('weather', '5-0', ['site:Fox']);
  const seen = { redisMs: 1, positions: { readings: '99-0', weather: '4-0' } };
  expect(marks.isValid(seen, ['site:Fox'])).toBe(false);
});

test('nothing older than a moment of distrust is valid, whatever its tags', () => {
  const marks = createTagMarks();
  marks.distrustBefore(2_000);
  expect(marks.isValid(asOf('99-0', 1_999), [])).toBe(false);
  expect(marks.isValid(asOf('1-0', 2_000), [])).toBe(true);
  marks.distrustBefore(1_500);
  expect(marks.isValid(asOf('1-0', 1_999), [])).toBe(false);
});

test('over the bound on tags one floor stands for all of a topic', () => {
  const marks = createTagMarks({ maxTags: 2 });
  marks.mark('readings', '20-0', ['a', 'b', 'c']);
  expect(marks.isValid(asOf('19-0'), ['d'])).toBe(false);
  expect(marks.isValid(asOf(undefined), [])).toBe(false);
  expect(marks.isValid(asOf('20-0'), ['a'])).toBe(true);
  marks.mark('readings', '21-0', ['a']);
  expect(marks.isValid(asOf('20-0'), ['a'])).toBe(false);
});

test('the version changes with whatever can make an answer invalid, and with nothing else', () => {
  const marks = createTagMarks();
  const before = marks.version;
  marks.mark('readings', '20-0', []);
  expect(marks.version).toBe(before);
  marks.mark('readings', '20-0', ['a']);
  const marked = marks.version;
  expect(marked).not.toBe(before);
  marks.distrustBefore(1);
  expect(marks.version).not.toBe(marked);
});
