// `GET /metrics`: closed by default, because it names models and tells what they cost. The numbers themselves come from elsewhere.
import { type AdminAuthenticator, createAdminAuthenticator } from '../admin/authenticate.ts';
import { databaseAway } from '../admin/database-away.ts';
import type { Clock } from '../core/clock.ts';
import { type ErrorCode, TollgateError } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import { commonHeaders } from '../pipeline/respond.ts';
import type { AddressOf } from './client-address.ts';

export interface MetricsEndpointParts {
  /** Whoever asks may see it. */
  readonly open: boolean;
  /** Which bearer tokens open it. */
  readonly tokens: { matches(presented: string): Promise<boolean> };
  /** Who sends wrong ones has to wait. */
  readonly addressOf: AddressOf;
  readonly clock: Clock;
  /** The page and its media type. */
  readonly page: () => Promise<{ readonly type: string; readonly text: string }>;
}

/** Errors: `metrics_token_missing`, `metrics_token_invalid`, `admin_too_many_attempts`, `database_unavailable`. */
export function createMetricsEndpoint(parts: MetricsEndpointParts): (exchange: Exchange) => Promise<void> {
  const authenticate = createAdminAuthenticator(parts.tokens, parts.clock);
  return async function sendMetrics({ id, incoming, outgoing }) {
    if (!parts.open) {
      await admit(authenticate, incoming.headers.authorization, parts.addressOf(incoming));
    }
    const { type, text } = await parts.page();
    outgoing.writeHead(200, {
      ...commonHeaders(id),
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    outgoing.end(text);
  };
}

/** The words of the admin API for its token do not fit here; its patience does. */
const inOurWords: Partial<Record<ErrorCode, ErrorCode>> = {
  admin_token_missing: 'metrics_token_missing',
  admin_token_invalid: 'metrics_token_invalid',
  admin_token_required: 'metrics_token_invalid',
};

async function admit(
  authenticate: AdminAuthenticator,
  authorization: string | undefined,
  address: string,
): Promise<void> {
  try {
    await authenticate(authorization, address);
  } catch (thrown) {
    const code = thrown instanceof TollgateError ? inOurWords[thrown.code] : undefined;
    // The admin token may be known to the database alone; a scraper with the preset one never asks it.
    if (code === undefined) throw databaseAway(thrown) ?? thrown;
    throw new TollgateError(code, { headers: { 'www-authenticate': 'Bearer realm="metrics"' } });
  }
}
