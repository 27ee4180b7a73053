import { compactText } from './compact-text.ts';

test('compact text leaves out what is empty, rounds, and puts like things on one line each', () => {
  const text = compactText({
    id: 'Fox_office_Thelma',
    leedLevel: null,
    area: 1234.5678,
    site: { id: 'Fox', name: 'Fox' },
    meters: {
      nodes: [
        { type: 'ELECTRICITY', last: '2017' },
        { type: 'GAS', last: null },
      ],
    },
    nothing: { a: null, b: [] },
  });
  expect(text).toBe(
    [
      'id: Fox_office_Thelma',
      'area: 1235',
      'site: id Fox, name Fox',
      'meters:',
      '  - type ELECTRICITY, last 2017',
      '  - type GAS',
    ].join('\n'),
  );
});
