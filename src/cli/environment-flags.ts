// Options that every command which opens the gateway's data shares; each is another spelling of a variable.
import { type Environment, readEnvironment } from '../config/env.ts';

export const environmentOptions = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  config: { type: 'string' },
  'local-model': { type: 'string' },
} as const;

export const environmentHelp = `  --host <address>        where to listen (TOLLGATE_HOST, default 127.0.0.1)
  --port <number>         (TOLLGATE_PORT, default 8080; 0 = any free port)
  --data <folder>         data folder (TOLLGATE_DATA, default in your data home)
  --config <file>         configuration (TOLLGATE_CONFIG, default ./tollgate.yaml if present)
  --local-model <model>   GGUF path, hf:owner/repository/file.gguf, or off (TOLLGATE_LOCAL_MODEL)`;

export type EnvironmentFlags = { readonly [name in keyof typeof environmentOptions]?: string | undefined };

/** Throws ConfigError. */
export function environmentOf(flags: EnvironmentFlags): Environment {
  return readEnvironment(variablesOf(flags));
}

/** By the variables they stand for. */
export function variablesOf(flags: EnvironmentFlags): Record<string, string | undefined> {
  return {
    TOLLGATE_HOST: flags.host,
    TOLLGATE_PORT: flags.port,
    TOLLGATE_DATA: flags.data,
    TOLLGATE_CONFIG: flags.config,
    TOLLGATE_LOCAL_MODEL: flags['local-model'],
  };
}
