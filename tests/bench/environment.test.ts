import { expect, test } from 'vitest';
import { neutralEnvironment } from '../../bench/spawn.ts';

test('settings of whoever runs the harness do not reach what is measured', () => {
  const theirs = {
    TOLLGATE_DATABASE_URL: 'postgres://production',
    TOLLGATE_LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector',
    OPENAI_API_KEY: 'sk-theirs',
    DATABASE_URL: 'postgres://theirs',
    LITELLM_MASTER_KEY: 'sk-theirs',
    NODE_OPTIONS: '--max-old-space-size=100',
  };
  expect(neutralEnvironment({ ...theirs, PATH: '/bin', HOME: '/home' })).toEqual({
    PATH: '/bin',
    HOME: '/home',
  });
});
