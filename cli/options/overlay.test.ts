import { loadConfig } from '../../platform/config/load.ts';
import { overlay } from './overlay.ts';

test('an option stands for its setting in one run, and settings that have no option given stay', () => {
  const env = { PORT: '5000', EAIO_SEED: '7' };
  expect(overlay(env, { port: '6000', bdg2: '/files' })).toEqual({
    PORT: '6000',
    EAIO_SEED: '7',
    EAIO_BDG2_DIR: '/files',
  });
  expect(env).toEqual({ PORT: '5000', EAIO_SEED: '7' });
});

test('an option without a value turns its setting on', () => {
  expect(loadConfig(overlay({}, {})).source.bdg2Corrections).toBe(false);
  expect(loadConfig(overlay({}, { corrections: true })).source.bdg2Corrections).toBe(true);
  expect(loadConfig(overlay({ EAIO_BDG2_CORRECTIONS: 'on' }, {})).source.bdg2Corrections).toBe(true);
});
