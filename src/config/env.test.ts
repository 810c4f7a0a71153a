// Environment variables: defaults per platform, every rule with its message, and no secret in any message.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Machine, readEnvironment, type Variables } from './env.ts';
import { ConfigError } from './problem.ts';

const linux: Machine = { platform: 'linux', folder: '/srv', home: '/home/ann', exists: () => false };
const read = (variables: Variables = {}, machine: Partial<Machine> = {}) =>
  readEnvironment({}, variables, { ...linux, ...machine });

function messageOf(variables: Variables, machine: Partial<Machine> = {}): string {
  try {
    read(variables, machine);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('was accepted');
}

describe('readEnvironment', () => {
  it('needs nothing', () => {
    expect(read()).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataFolder: '/home/ann/.local/share/tollgate',
      configFile: { path: '/srv/tollgate.yaml', required: false },
      localModel: undefined,
      huggingFaceEndpoint: 'https://huggingface.co',
    });
  });

  it('starts a process for each core, or as many as are wanted', () => {
    expect(read().workers).toBe(1);
    expect(read({}, { cores: 8 }).workers).toBe(8);
    expect(read({}, { cores: 200 }).workers).toBe(64);
    expect(read({ TOLLGATE_WORKERS: '3' }, { cores: 8 }).workers).toBe(3);
    for (const wrong of ['0', '65', '-1', '2.5', 'all', '1e1']) {
      expect(messageOf({ TOLLGATE_WORKERS: wrong })).toContain(
        'TOLLGATE_WORKERS must be a whole number from 1 to 64',
      );
    }
  });

  it('takes the levels of the log', () => {
    expect(read().logLevel).toBe(undefined);
    for (const level of ['debug', 'info', 'warn', 'error', 'silent'])
      expect(read({ TOLLGATE_LOG_LEVEL: level }).logLevel).toBe(level);
    for (const wrong of ['loud', 'INFO', '30'])
      expect(messageOf({ TOLLGATE_LOG_LEVEL: wrong })).toContain('TOLLGATE_LOG_LEVEL must be debug, info');
  });

  it.each([
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/tollgate'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ann/.local/share/tollgate'],
    ['darwin', {}, '/home/ann/Library/Application Support/tollgate'],
    ['linux', { TOLLGATE_DATA: 'here' }, '/srv/here'],
  ] as const)('finds the data folder on %s with %o', (platform, variables, folder) => {
    expect(read(variables, { platform }).dataFolder).toBe(folder);
  });

  it('asks for TOLLGATE_DATA where there is no home', () => {
    expect(messageOf({}, { home: undefined })).toContain('TOLLGATE_DATA');
    expect(read({ TOLLGATE_DATA: '/d' }, { home: undefined }).dataFolder).toBe('/d');
  });

  it.each(['65536', '-1', '80.5', '0x50', 'http', '1e3'])('refuses port %s', (port) => {
    expect(messageOf({ TOLLGATE_PORT: port })).toMatch(/TOLLGATE_PORT.*0 to 65535/);
  });

  it('takes port 0 and lets flags win', () => {
    expect(read({ TOLLGATE_PORT: '0' }).port).toBe(0);
    expect(readEnvironment({ TOLLGATE_PORT: '9000' }, { TOLLGATE_PORT: '1' }, linux).port).toBe(9000);
    expect(readEnvironment({ TOLLGATE_PORT: undefined }, { TOLLGATE_PORT: '1' }, linux).port).toBe(1);
  });

  it.each(['http://localhost', 'a b', 'host:80', '-x'])('refuses host %s', (host) => {
    expect(messageOf({ TOLLGATE_HOST: host })).toContain('TOLLGATE_HOST');
  });

  it.each([
    ['::', '::'],
    ['[::1]', '::1'],
    ['gate.example.com', 'gate.example.com'],
  ])('takes host %s', (host, read_) => {
    expect(read({ TOLLGATE_HOST: host }).host).toBe(read_);
  });

  it('counts an empty variable as absent', () => {
    expect(
      read({ TOLLGATE_PORT: '', OPENAI_API_KEY: ' ', TOLLGATE_DATABASE_URL: '' }).providerKeys.openai,
    ).toBe(undefined);
  });

  it('takes the URL of a PostgreSQL database as a secret, and says what is wrong with another', () => {
    const url = 'postgres://u:hunter2@db:5432/x';
    const environment = read({ TOLLGATE_DATABASE_URL: url });
    expect(environment.databaseUrl?.reveal()).toBe(url);
    expect(inspect(environment)).not.toContain('hunter2');
    expect(read({}).databaseUrl).toBe(undefined);
    for (const [wrong, said] of [
      ['mysql://u:hunter2@db/x', /TOLLGATE_DATABASE_URL must be a PostgreSQL URL/],
      ['postgres://u:hunter2/#@db:x/x', /percent-encoded/],
    ] as const) {
      const message = messageOf({ TOLLGATE_DATABASE_URL: wrong });
      expect(message).toMatch(said);
      expect(message).not.toContain('hunter2');
    }
  });

  it('refuses a config file that does not exist', () => {
    expect(messageOf({ TOLLGATE_CONFIG: 'x.yaml' })).toContain('TOLLGATE_CONFIG names /srv/x.yaml');
    expect(read({ TOLLGATE_CONFIG: 'x.yaml' }, { exists: () => true }).configFile.required).toBe(true);
  });

  it('reads the local model and the endpoint it comes from', () => {
    expect(read({ TOLLGATE_LOCAL_MODEL: 'OFF' }).localModel).toBe('off');
    expect(read({ TOLLGATE_LOCAL_MODEL: 'a.gguf' }).localModel).toBe('/srv/a.gguf');
    expect(read({ TOLLGATE_LOCAL_MODEL: 'hf:o/r/f.gguf' }).localModel).toBe('hf:o/r/f.gguf');
    expect(read({ HF_ENDPOINT: 'https://mirror/' }).huggingFaceEndpoint).toBe('https://mirror');
    expect(read({ HF_ENDPOINT: 'https://a', TOLLGATE_HF_ENDPOINT: 'https://b' }).huggingFaceEndpoint).toBe(
      'https://b',
    );
    expect(messageOf({ HF_ENDPOINT: 'ftp://x' })).toContain('HF_ENDPOINT');
  });

  it('collects all problems and shows no secret', () => {
    const message = messageOf({
      TOLLGATE_PORT: 'x',
      TOLLGATE_HOST: '',
      OPENAI_API_KEY: 'sk-hidden key',
      TOLLGATE_HF_ENDPOINT: 'nope',
    });
    expect(message.split('\n')).toHaveLength(3);
    expect(message).not.toContain('hidden');
  });

  it('prints no secret and passes none to children', () => {
    const environment = read({
      OPENAI_API_KEY: 'sk-hidden',
      TOLLGATE_ADMIN_TOKEN: 'hidden-admin-token',
      PATH: '/bin',
    });
    expect(inspect(environment, { depth: 9 }) + JSON.stringify(environment)).not.toContain('hidden');
    expect(`${environment.providerKeys.openai}`).toBe('[secret]');
    expect(environment.providerKeys.openai?.reveal()).toBe('sk-hidden');
    expect(environment.childVariables()).toEqual({ PATH: '/bin' });
  });
});
