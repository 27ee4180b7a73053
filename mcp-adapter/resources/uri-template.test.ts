import { argumentsFromUri } from './uri-arguments.ts';
import { matchUri } from './uri-template.ts';

describe('URIs of resources', () => {
  test('give the values of their template', () => {
    expect(matchUri('eaio://building/{buildingId}', 'eaio://building/Fox_office_Thelma')).toEqual({
      buildingId: 'Fox_office_Thelma',
    });
    expect(matchUri('eaio://building/{buildingId}', 'eaio://building/a%20b')).toEqual({ buildingId: 'a b' });
    expect(
      matchUri('eaio://live/Pulse{?buildingId,type}', 'eaio://live/Pulse?type=GAS&buildingId=x'),
    ).toEqual({ buildingId: 'x', type: 'GAS' });
    expect(matchUri('eaio://live/Pulse{?buildingId}', 'eaio://live/Pulse')).toEqual({});
  });

  test('of another template are none of it', () => {
    expect(matchUri('eaio://building/{buildingId}', 'eaio://site/Fox')).toBeNull();
    expect(matchUri('eaio://building/{buildingId}', 'eaio://building/Fox?x=1')).toBeNull();
    expect(matchUri('eaio://live/Pulse{?buildingId}', 'eaio://live/Other?buildingId=x')).toBeNull();
  });

  test('carry numbers, booleans, lists and objects as text', () => {
    const schema = {
      type: 'object',
      properties: {
        n: { type: 'integer' },
        on: { type: 'boolean' },
        ids: { type: 'array', items: { type: 'string' } },
        range: { type: 'object' },
        s: { type: 'string' },
      },
    } as const;
    expect(
      argumentsFromUri({ n: '3', on: 'true', ids: 'a,b', range: '{"period":"TODAY"}', s: '7' }, schema),
    ).toEqual({
      n: 3,
      on: true,
      ids: ['a', 'b'],
      range: { period: 'TODAY' },
      s: '7',
    });
    expect(argumentsFromUri({ n: 'x', on: 'maybe', range: '{', ids: '' }, schema)).toEqual({
      n: 'x',
      on: 'maybe',
      range: '{',
      ids: [],
    });
  });
});
