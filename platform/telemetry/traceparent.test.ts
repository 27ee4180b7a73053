import { childTrace, childTraceparent, formatTraceparent, parseTraceparent } from './traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a header is read and written', () => {
  const header = `00-${traceId}-${spanId}-01`;
  expect(parseTraceparent(header)).toEqual({ traceId, spanId, sampled: true });
  expect(formatTraceparent({ traceId, spanId, sampled: true })).toBe(header);
  expect(parseTraceparent(` 00-${traceId}-${spanId}-00 `)).toMatchObject({ sampled: false });
});

test('a later version may have more fields', () => {
  expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)).toEqual({ traceId, spanId, sampled: true });
});

test.each([
  undefined,
  '',
  'nonsense',
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
])('ignored: %s', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test('a child stays in the trace, with a span of its own; without a parent a new trace begins', () => {
  const child = childTrace({ traceId, spanId, sampled: false });
  expect(child).toMatchObject({ traceId, sampled: false });
  expect(child.spanId).not.toBe(spanId);
  expect(parseTraceparent(childTraceparent(`00-${traceId}-${spanId}-01`))?.traceId).toBe(traceId);
  expect(parseTraceparent(childTraceparent('nonsense'))).toMatchObject({ sampled: true });
});
