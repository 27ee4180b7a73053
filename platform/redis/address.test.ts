import { parseRedisUrl } from './address.ts';

const access = { username: undefined, password: undefined, tls: false, db: 0 };

test.each([
  ['redis://127.0.0.1:6390', { kind: 'standalone', host: '127.0.0.1', port: 6390, ...access }],
  ['redis://redis', { kind: 'standalone', host: 'redis', port: 6379, ...access }],
  [
    'redis://:p%40ss@redis:80/3',
    { kind: 'standalone', host: 'redis', port: 80, ...access, password: 'p@ss', db: 3 },
  ],
  [
    'rediss://me:pw@[::1]:7000',
    { kind: 'standalone', host: '::1', port: 7000, ...access, username: 'me', password: 'pw', tls: true },
  ],
  [
    'redis+sentinel://:pw@a:26380,b/eaio/2?sentinelPassword=other',
    {
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26380 },
        { host: 'b', port: 26379 },
      ],
      sentinelPassword: 'other',
      master: 'eaio',
      ...access,
      password: 'pw',
      db: 2,
    },
  ],
  [
    'rediss+cluster://:pw@a,b:7001',
    {
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 7001 },
      ],
      ...access,
      password: 'pw',
      tls: true,
    },
  ],
])('%s', (url, address) => {
  expect(parseRedisUrl(url)).toEqual(address);
});

test.each([
  'redis:',
  'http://a',
  'redis://a,b',
  'redis://a/b',
  'redis://a:99999',
  'redis://a b',
  'redis+sentinel://a',
  'redis+sentinel://a/',
  'redis+sentinel://a/eaio/x',
  'redis+cluster://a/1',
  'redis+cluster://a,,b',
  'redis+proxy://a',
])('%s is none', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined();
});
