// What goes wrong between the gateway and an upstream, as phrases that may be shown: without host, port or path, because they
// go into the client's message.
import type { UpstreamFailure } from '../../core/ports.ts';

/** Faults that the transport finds itself; the system's errors have codes of their own. */
const faults = {
  CLOSED_EARLY: 'connection closed early',
  NOT_HTTP: 'its answer was not valid HTTP',
  HEAD_TOO_LONG: 'the head of its answer is too long',
  LENGTH_MISMATCH: 'its answer was shorter or longer than it said',
  CONNECT_TIMEOUT: 'connecting took too long',
} as const;

export class TransportFault extends Error {
  override readonly name = 'TransportFault';
  readonly code: `TOLLGATE_${keyof typeof faults}`;

  /** `detail` is for the log. */
  constructor(fault: keyof typeof faults, detail: string) {
    super(detail);
    this.code = `TOLLGATE_${fault}`;
  }
}

/** Longest head of an answer, with everything between its fields, and longest trailers; Node's default. */
export const maxHeadBytes = 16 * 1024;

export function headTooLong(): TransportFault {
  return new TransportFault('HEAD_TOO_LONG', `a head or trailers of more than ${maxHeadBytes} bytes`);
}

export function notHttp(detail: string): TransportFault {
  return new TransportFault('NOT_HTTP', detail);
}

const reasons: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(faults).map(([name, reason]) => [`TOLLGATE_${name}`, reason])),
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  ENOENT: 'its socket is gone',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: faults.CONNECT_TIMEOUT,
  TOLLGATE_FORBIDDEN_ADDRESS: 'its host name leads to an address that is refused',
};

/** `sent`: whether the request may have reached the upstream. */
export function failureOf(error: Error, sent: boolean): UpstreamFailure {
  const code = codeOf(error, sent);
  const reason = /CERT|TLS|SSL|SIGNATURE/.test(code)
    ? 'its certificate or TLS was not accepted'
    : (reasons[code] ?? 'the connection failed');
  return { reason, sent, timedOut: reason === faults.CONNECT_TIMEOUT, cause: error };
}

function codeOf(error: Error, sent: boolean): string {
  const { code = '', errors } = error as { readonly code?: string; readonly errors?: readonly Error[] };
  // Of several addresses one that did not answer says more than one that refused.
  if (errors?.some((each) => (each as { code?: string }).code === 'ETIMEDOUT')) return 'ETIMEDOUT';
  // The system gave a connection up that there was.
  if (code === 'ETIMEDOUT' && sent) return 'ECONNRESET';
  return code || ((error.cause as { code?: string } | undefined)?.code ?? '');
}
