// The only reader of process.env: variables in, a typed Environment out, every mistake in one ConfigError.
// An empty variable counts as absent, since compose files pass them that way. Knows nothing of tollgate.yaml's content.
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseMasterKey } from '../core/master-key.ts';
import type { OtlpSettings } from '../core/otlp.ts';
import { otlpSecrets, readOtlp } from './otlp.ts';
import { ConfigError, type Problem } from './problem.ts';
import { Secret } from './secret.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What the defaults depend on besides the variables; handed in by tests. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly folder: string;
  /** The user's home; `undefined` where there is none, e.g. a container with a nameless user. */
  readonly home: string | undefined;
  exists(path: string): boolean;
  /** Processor cores this process may use; absent = 1. */
  readonly cores?: number;
}

/** As pino has them. */
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Environment {
  readonly host: string;
  /** 0 = the system picks a free one. */
  readonly port: number;
  /** Processes that serve requests; 1 = the gateway is one process. */
  readonly workers: number;
  /** Absolute; may not exist yet. */
  readonly dataFolder: string;
  /** A PostgreSQL URL, which may hold a password; `undefined` = SQLite in the data folder. */
  readonly databaseUrl: Secret | undefined;
  readonly configFile: {
    readonly path: string;
    /** Named by TOLLGATE_CONFIG, so it must exist; the default `./tollgate.yaml` need not. */
    readonly required: boolean;
  };
  readonly bootstrapKey: Secret | undefined;
  readonly adminToken: Secret | undefined;
  /** Opens `GET /metrics`, and nothing else. */
  readonly metricsToken: Secret | undefined;
  /** A master key, checked. */
  readonly secretKey: Secret | undefined;
  /** The one before it, while stored secrets are encrypted anew. */
  readonly previousSecretKey: Secret | undefined;
  /** `off`, an `hf:` URI or an absolute path; `undefined` = the embedded server picks. */
  readonly localModel: string | undefined;
  /** No trailing slash. */
  readonly huggingFaceEndpoint: string;
  readonly providerKeys: {
    readonly openai: Secret | undefined;
    readonly anthropic: Secret | undefined;
    readonly gemini: Secret | undefined;
    readonly evolink: Secret | undefined;
  };
  /** `undefined` = by where the log goes. */
  readonly logLevel: LogLevel | undefined;
  /** Where traces and metrics are sent; `undefined` = nowhere. */
  readonly otlp: OtlpSettings | undefined;
  /** Any variable, for `${NAME}` in tollgate.yaml. A function, so that printing an Environment prints no secret. */
  variable(name: string): string | undefined;
  /** The variables for a child process: all but this gateway's own secrets, which no child needs. */
  childVariables(): Record<string, string>;
}

const ownSecrets: ReadonlySet<string> = new Set([
  'TOLLGATE_BOOTSTRAP_KEY',
  'TOLLGATE_ADMIN_TOKEN',
  'TOLLGATE_METRICS_TOKEN',
  'TOLLGATE_SECRET_KEY',
  'TOLLGATE_SECRET_KEY_PREVIOUS',
  'TOLLGATE_DATABASE_URL',
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'EVOLINK_API_KEY',
  ...otlpSecrets,
]);

/**
 * Reads and checks the environment. `flags` are command line options under their variable's name and win over it:
 * `--port 9000` is `{ TOLLGATE_PORT: '9000' }`. Throws ConfigError with all problems.
 */
export function readEnvironment(
  flags: Variables = {},
  variables: Variables = process.env,
  machine: Machine = thisMachine(),
): Environment {
  const merged: Variables = { ...variables, ...withoutUndefined(flags) };
  const problems: Problem[] = [];
  const say = (message: string) => void problems.push({ message });
  const variable = (name: string) => (Object.hasOwn(merged, name) && merged[name]?.trim()) || undefined;
  const secret = (name: string) => readSecret(name, variable(name), say);

  const environment: Environment = {
    host: readHost(variable('TOLLGATE_HOST'), say),
    port: readPort(variable('TOLLGATE_PORT'), say),
    workers: readWorkers(variable('TOLLGATE_WORKERS'), machine, say),
    dataFolder: readDataFolder(variable, machine, say),
    databaseUrl: readDatabaseUrl(variable('TOLLGATE_DATABASE_URL'), say),
    configFile: readConfigFile(variable('TOLLGATE_CONFIG'), machine, say),
    bootstrapKey: longEnough('TOLLGATE_BOOTSTRAP_KEY', secret('TOLLGATE_BOOTSTRAP_KEY'), say),
    adminToken: longEnough('TOLLGATE_ADMIN_TOKEN', secret('TOLLGATE_ADMIN_TOKEN'), say),
    metricsToken: longEnough('TOLLGATE_METRICS_TOKEN', secret('TOLLGATE_METRICS_TOKEN'), say),
    secretKey: readMasterKey('TOLLGATE_SECRET_KEY', variable, say),
    previousSecretKey: readMasterKey('TOLLGATE_SECRET_KEY_PREVIOUS', variable, say),
    localModel: readLocalModel(variable('TOLLGATE_LOCAL_MODEL'), machine, say),
    huggingFaceEndpoint: readHuggingFaceEndpoint(variable, say),
    providerKeys: {
      openai: secret('OPENAI_API_KEY'),
      anthropic: secret('ANTHROPIC_API_KEY'),
      gemini: secret('GEMINI_API_KEY'),
      evolink: secret('EVOLINK_API_KEY'),
    },
    logLevel: readLogLevel(variable('TOLLGATE_LOG_LEVEL'), say),
    otlp: readOtlp(variable, say),
    variable,
    childVariables: () =>
      Object.fromEntries(
        Object.entries(merged).filter(
          (entry): entry is [string, string] => entry[1] !== undefined && !ownSecrets.has(entry[0]),
        ),
      ),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return environment;
}

/**
 * For a worker, which reads all of them itself. glibc gives threads heaps of their own and keeps in each what was freed there: with
 * the dozen threads of Node that is 15 MB a worker at rest, for the sake of a lock that one thread of them takes most of the time.
 */
export function workerVariables(variables: Variables = process.env): Variables {
  return { MALLOC_ARENA_MAX: '1', ...variables };
}

type Say = (message: string) => void;
type Lookup = (name: string) => string | undefined;

/** The machine this process runs on. */
export function thisMachine(): Machine {
  let home: string | undefined;
  try {
    home = homedir() || undefined;
  } catch {
    // @NOTE os.homedir() throws when HOME is unset and the user has no passwd entry; the data folder says so if it needs it.
  }
  return {
    platform: process.platform,
    folder: process.cwd(),
    home,
    exists: existsSync,
    cores: availableParallelism(),
  };
}

const hostname = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

function readHost(value = '127.0.0.1', say: Say): string {
  const host = value.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0 && !hostname.test(host)) {
    say('TOLLGATE_HOST must be an IP address or a host name, such as 127.0.0.1, 0.0.0.0, :: or localhost.');
  }
  return host;
}

function readPort(value = '8080', say: Say): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) say('TOLLGATE_PORT must be a whole number from 0 to 65535 (0 = any free port).');
  return port;
}

function readLogLevel(value: string | undefined, say: Say): LogLevel | undefined {
  const level = logLevels.find((one) => one === value);
  if (value !== undefined && level === undefined)
    say('TOLLGATE_LOG_LEVEL must be debug, info, warn, error or silent.');
  return level;
}

const mostWorkers = 64;

function readWorkers(value: string | undefined, { cores = 1 }: Machine, say: Say): number {
  if (value === undefined) return Math.min(cores, mostWorkers);
  const workers = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(workers >= 1 && workers <= mostWorkers)) {
    say(
      `TOLLGATE_WORKERS must be a whole number from 1 to ${mostWorkers}: the processes that serve requests (default: one for each processor core).`,
    );
  }
  return workers;
}

/** The user's data home by the platform's own rule: XDG Base Directory, macOS Library, Windows LocalAppData. */
function readDataFolder(variable: Lookup, machine: Machine, say: Say): string {
  const named = variable('TOLLGATE_DATA');
  if (named !== undefined) return resolve(machine.folder, named);
  const { home, platform } = machine;
  if (platform === 'win32') {
    const base = variable('LOCALAPPDATA') ?? (home && join(home, 'AppData', 'Local'));
    if (base) return join(base, 'tollgate');
  } else if (platform === 'darwin') {
    if (home) return join(home, 'Library', 'Application Support', 'tollgate');
  } else {
    // The XDG specification has relative paths ignored.
    const xdg = variable('XDG_DATA_HOME');
    if (xdg?.startsWith('/')) return join(xdg, 'tollgate');
    if (home) return join(home, '.local', 'share', 'tollgate');
  }
  say('TOLLGATE_DATA must name a folder for the data, since this user has no home folder.');
  return '';
}

/** The form alone: whether there is a database behind it is found out when it is opened. */
function readDatabaseUrl(value: string | undefined, say: Say): Secret | undefined {
  if (value === undefined) return undefined;
  if (!/^postgres(ql)?:\/\//i.test(value)) {
    say(
      'TOLLGATE_DATABASE_URL must be a PostgreSQL URL, such as postgres://user:password@host:5432/database. Unset it to keep the books in SQLite in the data folder.',
    );
  } else if (!URL.canParse(value) || /\s/.test(value)) {
    say(
      'TOLLGATE_DATABASE_URL is no valid URL. Characters such as @ : / ? # and % in its password must be percent-encoded (@ is %40).',
    );
  }
  return new Secret(value);
}

function readConfigFile(value: string | undefined, machine: Machine, say: Say): Environment['configFile'] {
  if (value === undefined) return { path: resolve(machine.folder, 'tollgate.yaml'), required: false };
  const path = resolve(machine.folder, value);
  if (!machine.exists(path)) say(`TOLLGATE_CONFIG names ${path}, which does not exist.`);
  return { path, required: true };
}

function readLocalModel(value: string | undefined, machine: Machine, say: Say): string | undefined {
  if (value === undefined) return undefined;
  if (/^off$/i.test(value)) return 'off';
  if (/^hf:/i.test(value)) {
    if (!/^hf:[^\s/]+\/[^\s/]/i.test(value)) {
      say('TOLLGATE_LOCAL_MODEL must be `off`, the path of a GGUF file, or `hf:owner/repository/file.gguf`.');
    }
    return value;
  }
  return resolve(machine.folder, value);
}

function readHuggingFaceEndpoint(variable: Lookup, say: Say): string {
  const name = variable('TOLLGATE_HF_ENDPOINT') === undefined ? 'HF_ENDPOINT' : 'TOLLGATE_HF_ENDPOINT';
  const value = variable(name) ?? 'https://huggingface.co';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    say(`${name} must be an http or https URL without credentials or query, such as https://huggingface.co.`);
  }
  return value.replace(/\/+$/, '');
}

/** What a key or token may look like that the gateway did not make itself. */
function longEnough(name: string, key: Secret | undefined, say: Say): Secret | undefined {
  const length = key?.reveal().length;
  if (length !== undefined && (length < 16 || length > 512)) {
    say(`${name} must have 16 to 512 characters; it has ${length}.`);
  }
  return key;
}

function readMasterKey(name: string, variable: Lookup, say: Say): Secret | undefined {
  const text = variable(name);
  if (text === undefined) return undefined;
  const parsed = parseMasterKey(text, name);
  if ('problem' in parsed) say(parsed.problem);
  return new Secret(text);
}

/** Secrets travel in headers, so they are visible ASCII without spaces. */
function readSecret(name: string, value: string | undefined, say: Say): Secret | undefined {
  if (value === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(value)) {
    say(
      `${name} holds a space, a line break or a character outside ASCII, which no key has. Check how it was copied.`,
    );
  }
  return new Secret(value);
}

function withoutUndefined(flags: Variables): Variables {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}
