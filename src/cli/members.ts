// `tollgate members`: who may use the console, from the machine the gateway runs on; for whoever cannot sign in any more too.
import { parseArgs } from 'node:util';
import { type AuditSource, createAuditSource } from '../accounts/audit-facts.ts';
import { createMemberLinks, type LinkOnce, type MemberLinks } from '../accounts/member-links.ts';
import { createMembers, type Members } from '../accounts/members.ts';
import { createPasswordHasher } from '../accounts/password-hash.ts';
import { loadConfig } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { createIdSource, systemClock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import type { ListedMember, MemberReader } from '../core/members.ts';
import { type Role, roles } from '../core/roles.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { paint } from './paint.ts';
import { formatTable } from './table.ts';
import { urlHost } from './url-host.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  url: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  keys: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const actions = ['list', 'invite', 'role', 'disable', 'enable', 'reset-password', 'remove'] as const;
type Action = (typeof actions)[number];

export const members: Command = {
  help: `Usage: tollgate members list
       tollgate members invite <e-mail> --role admin|member|viewer [--name <name>]
       tollgate members role <e-mail> admin|member|viewer
       tollgate members disable|enable <e-mail>
       tollgate members reset-password <e-mail>
       tollgate members remove <e-mail> [--keys disable|keep]

invite and reset-password print a link that works once: hand it over yourself, no mail is sent. What is changed here holds
at once, also of gateways that are running on the same store.

  --url <address>   where browsers see the gateway (server.public_url of tollgate.yaml, else TOLLGATE_HOST and TOLLGATE_PORT)
  --keys <what>     what becomes of the API keys of a removed member: disable (default) or keep
  --data <folder>   data folder (TOLLGATE_DATA)
  --config <file>   configuration (TOLLGATE_CONFIG)
  --json            print JSON`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, email, word, ...more] = positionals;
    if (!isAction(action)) {
      throw new UsageError(action ? `there is no action \`${action}\`.` : `say ${actions.join(', ')}.`);
    }
    const extra = action === 'list' ? email : action === 'role' ? more[0] : (word ?? more[0]);
    if (extra !== undefined) throw new UsageError(`\`${extra}\` is one argument too many.`);
    if (action !== 'list' && email === undefined) throw new UsageError('say whom: the e-mail address.');
    const environment = environmentOf({ data: values.data, config: values.config });
    await using store = await openToolStore(environment, { clock: systemClock });
    const { memberReader: reader, memberWriter: writer } = store.admin;
    const hasher = createPasswordHasher();
    const links = createMemberLinks({ reader, writer, hasher, clock: systemClock });
    const tools: Tools = {
      reader,
      links,
      members: createMembers({ reader, writer, links, hasher, clock: systemClock }),
      audit: createAuditSource('cli', systemClock, createIdSource('aud_', systemClock)),
      base: values.url ?? (await baseOf(environment)),
      json: values.json === true,
    };
    try {
      await act(tools, action, email ?? '', { ...values, role: action === 'role' ? word : values.role });
    } catch (error) {
      throw error instanceof TollgateError ? new CommandError(error.message) : error;
    }
    return 0;
  },
};

interface Tools {
  readonly reader: MemberReader;
  readonly links: MemberLinks;
  readonly members: Members;
  readonly audit: AuditSource;
  readonly base: string;
  readonly json: boolean;
}

interface Wishes {
  readonly name?: string | undefined;
  readonly role?: string | undefined;
  readonly keys?: string | undefined;
}

async function act(tools: Tools, action: Action, email: string, wishes: Wishes): Promise<void> {
  const { members: rules, links, audit } = tools;
  switch (action) {
    case 'list':
      return list(tools);
    case 'invite': {
      const { member, link } = await rules.invite(
        { email, name: wishes.name, role: roleOf(wishes.role) },
        audit,
      );
      return tellLink(tools, member.email, link);
    }
    case 'reset-password': {
      const member = await rules.find(email);
      return tellLink(tools, member.email, await links.renew(member, audit));
    }
    case 'role': {
      const member = await rules.update(email, { role: roleOf(wishes.role) }, undefined, audit);
      return tell(tools, `\`${member.email}\` is ${member.role} now.`, {
        email: member.email,
        role: member.role,
      });
    }
    case 'disable':
    case 'enable': {
      const member = await rules.update(email, { disabled: action === 'disable' }, undefined, audit);
      return tell(tools, `\`${member.email}\` is ${member.status} now.`, {
        email: member.email,
        status: member.status,
      });
    }
    case 'remove': {
      const { keys = 'disable' } = wishes;
      if (keys !== 'disable' && keys !== 'keep') throw new UsageError('--keys is disable or keep.');
      await rules.remove(email, keys, undefined, audit);
      return tell(tools, `\`${email}\` is removed.`, { email, removed: true });
    }
  }
}

function tell({ json }: Tools, sentence: string, facts: object): void {
  process.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${sentence}\n`);
}

function tellLink({ base, json }: Tools, email: string, { kind, path, expiresAt }: LinkOnce): void {
  const url = `${base.replace(/\/+$/, '')}${path}`;
  const expires = new Date(expiresAt).toISOString();
  if (json) {
    process.stdout.write(`${JSON.stringify({ email, kind, url, expires_at: expires })}\n`);
    return;
  }
  process.stdout.write(`${paint('bold', url)}\n`);
  const what = kind === 'invite' ? 'The invitation' : 'The link for a new password';
  process.stderr.write(`${what} of ${email}. It is shown only now, works once, and ends at ${expires}.\n`);
}

async function list({ reader, json }: Tools): Promise<void> {
  const found: ListedMember[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const next = await reader.members({}, page, systemClock.now());
    found.push(...next.items);
    cursor = next.nextCursor;
  } while (cursor !== undefined);
  if (json) {
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  if (found.length === 0) {
    process.stdout.write('There are no members yet. The admin link of the first start makes the first.\n');
    return;
  }
  const day = (at: number | undefined) =>
    at === undefined ? 'never' : new Date(at).toISOString().slice(0, 10);
  const rows = found.map((member) => [
    member.email,
    member.name,
    member.role,
    member.status,
    String(member.keys),
    day(member.lastSeenAt),
  ]);
  process.stdout.write(formatTable(['E-MAIL', 'NAME', 'ROLE', 'STATUS', 'KEYS', 'LAST SEEN'], rows));
}

function isAction(text: string | undefined): text is Action {
  return text !== undefined && (actions as readonly string[]).includes(text);
}

function roleOf(text: string | undefined): Role {
  if (text !== undefined && (roles as readonly string[]).includes(text)) return text as Role;
  throw new UsageError(`a role is ${roles.join(', ')}.`);
}

/** A file with mistakes says nothing; the link is right but for its host then. */
async function baseOf(environment: Environment): Promise<string> {
  const config = await loadConfig(environment).catch(() => undefined);
  return config?.console.publicUrl ?? `http://${urlHost(environment.host)}:${environment.port}`;
}
