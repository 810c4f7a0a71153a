// One call to one upstream, up to the point where it is decided whether it answers: a whole body, or the first chunk
// of a stream. That decides the HTTP status, so it is waited for before anything goes to the client.
import type { UpstreamAnswer, UpstreamCallOptions } from './upstream-answer.ts';
import { UpstreamExchange } from './upstream-exchange.ts';

/** Rejects with TollgateError, or with the signal's reason when that aborted first. */
export function callUpstream(options: UpstreamCallOptions): Promise<UpstreamAnswer> {
  const { call, provider, signal } = options;
  if (signal.aborted) return Promise.reject(signal.reason);
  const prepared = provider.prepare(call);
  return new Promise((resolve, reject) => {
    const exchange = new UpstreamExchange(options, resolve, reject);
    if (!provider.sign) exchange.send(prepared);
    else exchange.sendSigned(provider.sign(prepared));
  });
}
