// `tollgate admin`: a new token for the admin API, for whoever lost the one that the first start printed.
import { parseArgs } from 'node:util';
import { createAdminTokens } from '../accounts/admin-token.ts';
import { createAuditSource } from '../accounts/audit-facts.ts';
import { createIdSource, systemClock } from '../core/clock.ts';
import { openToolStore } from '../store/open.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { environmentOf } from './environment-flags.ts';
import { paint } from './paint.ts';
import { urlHost } from './url-host.ts';

const options = {
  data: { type: 'string' },
  new: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const admin: Command = {
  help: `Usage: tollgate admin token --new

Makes a new admin token, shows it once, and ends the one before, also of a gateway that is running. Only its SHA-256 is
stored. With TOLLGATE_ADMIN_TOKEN set, a gateway takes that token and no other.

  --data <folder>   data folder (TOLLGATE_DATA)
  --json            print JSON`,

  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [subject, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`\`${more[0]}\` is one argument too many.`);
    if (subject !== 'token') throw new UsageError(subject ? `there is no \`${subject}\`.` : 'say token.');
    if (!values.new) {
      throw new UsageError(
        'only the hash of the token is stored, so it cannot be shown; --new makes another.',
      );
    }
    const environment = environmentOf({ data: values.data });
    if (environment.adminToken) {
      throw new CommandError(
        'TOLLGATE_ADMIN_TOKEN is set, and gateways that have it take no other token. Change it there, or unset it first.',
      );
    }
    await using store = await openToolStore(environment, { clock: systemClock });
    const audit = createAuditSource('cli', systemClock, createIdSource('aud_', systemClock));
    const token = await createAdminTokens(store.admin.adminTokens, undefined).renew(audit);
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ token })}\n`);
    } else {
      process.stdout.write(`${paint('bold', token)}\n`);
      const link = `http://${urlHost(environment.host)}:${environment.port}/#setup=${token}`;
      process.stderr.write(
        `The new admin token. It is shown only now; the one before has ended.\nThe admin link: ${link}\nIt sets up the console, or gives an administrator a new password.\n`,
      );
    }
    return 0;
  },
};
