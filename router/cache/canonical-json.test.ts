import { canonicalJson } from './canonical-json.ts';

test.each([
  [{ b: 1, a: { d: [1, { y: 1, x: 2 }], c: null } }, '{"a":{"c":null,"d":[1,{"x":2,"y":1}]},"b":1}'],
  [{ a: undefined, b: 'ü"' }, '{"b":"ü\\""}'],
  [[undefined, 1.5, true], '[null,1.5,true]'],
  [{}, '{}'],
  [undefined, 'null'],
])('%j', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('null and absent differ: a default applies to the absent alone', () => {
  expect(canonicalJson({ a: null })).not.toBe(canonicalJson({}));
});
