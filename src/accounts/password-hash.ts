// Passwords as they are stored: argon2id (RFC 9106) in a PHC string, worked out in Node's thread pool, off the event loop. Node
// before 24.7 has no argon2: there it is scrypt, which any Node can check. Knows no members.
// As a whole: to ask an older Node for `argon2` by name would be a syntax error.
import crypto, { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { TollgateError } from '../core/errors.ts';

export interface PasswordHasher {
  /** A PHC string. */
  hash(password: string): Promise<string>;
  /** Takes as long for `undefined` (nobody has the address) as for a password that is wrong. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** Whether it was made under other terms than `hash` works by now. */
  outdated(stored: string): boolean;
}

/**
 * KiB, passes, lanes. 19 MiB and two passes at least are asked for by
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html; 32 MiB take 54 ms on a core of 2026.
 */
const argonTerms = { m: 32_768, t: 2, p: 1 };
/** The same page: N = 2^15, r = 8, p = 3. */
const scryptTerms = { ln: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;
/** Each takes 32 MiB and a thread that files and names are looked up by too. */
const mostAtOnce = 2;
/** More than half a minute of them: whoever floods the gateway with passwords is not to fill its memory. */
const mostWaiting = 500;

type Terms = Readonly<Record<string, number>>;

interface Phc {
  readonly name: string;
  readonly terms: Terms;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const runArgon2 = typeof crypto.argon2 === 'function' ? promisify(crypto.argon2) : undefined;
const runScrypt = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** `algorithm`: for tests of what runs where argon2 is missing. */
export function createPasswordHasher(
  algorithm: 'argon2id' | 'scrypt' = runArgon2 ? 'argon2id' : 'scrypt',
): PasswordHasher {
  const inTurn = createTurns(mostAtOnce);
  const now = algorithm === 'argon2id' ? argonTerms : scryptTerms;

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return format({
      name: algorithm,
      terms: now,
      salt,
      hash: await inTurn(() => derive(algorithm, now, password, salt)),
    });
  }

  return {
    hash,
    verify: async (password, stored) => {
      const phc = stored === undefined ? undefined : parse(stored);
      if (!phc) {
        await inTurn(() => derive(algorithm, now, password, Buffer.alloc(saltBytes)));
        return false;
      }
      const derived = await inTurn(() => derive(phc.name, phc.terms, password, phc.salt));
      return derived.length === phc.hash.length && timingSafeEqual(derived, phc.hash);
    },
    outdated: (stored) => {
      const phc = parse(stored);
      return phc?.name !== algorithm || Object.entries(now).some(([key, value]) => phc.terms[key] !== value);
    },
  };
}

/** Letters that look the same are the same: keyboards differ in how they compose them (RFC 8265 section 4.2). */
const asTyped = (password: string) => password.normalize('NFKC');

async function derive(name: string, terms: Terms, password: string, salt: Buffer): Promise<Buffer> {
  const { m = 0, t = 0, p = 0, ln = 0, r = 0 } = terms;
  if (name === 'scrypt') {
    const maxmem = 256 * 2 ** ln * r;
    return runScrypt(asTyped(password), salt, hashBytes, { N: 2 ** ln, r, p, maxmem });
  }
  if (!runArgon2) {
    throw new Error(
      `This password was stored as ${name}, which Node ${process.version} lacks: run Node 24.7 or later.`,
    );
  }
  return runArgon2('argon2id', {
    message: asTyped(password),
    nonce: salt,
    memory: m,
    passes: t,
    parallelism: p,
    tagLength: hashBytes,
  });
}

/** https://github.com/P-H-C/phc-string-format */
function format({ name, terms, salt, hash }: Phc): string {
  const version = name === 'argon2id' ? '$v=19' : '';
  const list = Object.entries(terms).map(([key, value]) => `${key}=${value}`);
  return `$${name}${version}$${list.join(',')}$${plain(salt)}$${plain(hash)}`;
}

const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

function parse(text: string): Phc | undefined {
  const match = /^\$(argon2id|scrypt)(?:\$v=19)?\$([a-z=,0-9]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, name = '', list = '', salt = '', hash = ''] = match;
  const terms = Object.fromEntries(
    list.split(',').map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])]),
  );
  return { name, terms, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Runs so many at a time; the others wait in the order in which they came. */
function createTurns(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= mostWaiting) {
      const values = { reason: 'too many people sign in at this moment', retry: ' in 30 seconds' };
      throw new TollgateError('overloaded', { values, retryAfterMs: 30_000 });
    }
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
