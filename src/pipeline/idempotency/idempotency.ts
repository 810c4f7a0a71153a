// `Idempotency-Key`: the same key and body get the same answer, from one execution. Who comes while it is under way joins it;
// who comes later, or to another node, gets what was kept. Which request executes is decided by the hold's transaction.
import type { ChatExchange } from '../../core/exchange.ts';
import { refuseOther } from './answer-elsewhere.ts';
import { claimOf, idempotencyKey } from './claim-key.ts';
import { type Execute, type Run, type RunPorts, startRun } from './run.ts';

export interface IdempotencyPorts extends Omit<RunPorts, 'mostBytes' | 'mayWait'> {
  /** How long keys and answers are kept, in ms; `undefined`: the header is ignored. */
  readonly retentionMs: () => number | undefined;
  /** Largest answer that is kept; default 4 MiB. */
  readonly mostBytes?: number;
}

export interface IdempotentRequest {
  readonly exchange: ChatExchange;
  readonly keyId: string;
  /** As the client presented it. */
  readonly apiKey: () => string;
  readonly body: Buffer;
  readonly stream: boolean;
  /** How long an answer may take, in ms. */
  readonly totalMs: number;
}

/** Executes the request, or answers it from another's execution. Errors, also thrown at once: `invalid_idempotency_key`, `idempotency_*`. */
export type ServeOnce = (request: IdempotentRequest, execute: Execute) => Promise<void>;

export interface Idempotency {
  readonly serveOnce: ServeOnce;
  /** Stops the executions that have no client, and from then on each that loses its last one. */
  endGrace(): void;
}

const defaultMostBytes = 4 * 1_048_576;

export function createIdempotency(ports: IdempotencyPorts): Idempotency {
  const { mostBytes = defaultMostBytes } = ports;
  const running = new Map<string, Run>();
  let ending = false;

  return {
    serveOnce,
    endGrace() {
      ending = true;
      for (const run of [...running.values()]) run.endGrace();
    },
  };

  function serveOnce(request: IdempotentRequest, execute: Execute): Promise<void> {
    const { exchange } = request;
    const retentionMs = ports.retentionMs();
    const key =
      retentionMs === undefined ? undefined : idempotencyKey(exchange.incoming.headers['idempotency-key']);
    if (retentionMs === undefined || key === undefined) return execute(exchange, undefined);
    return runOrJoin(request, execute, key, retentionMs);
  }

  async function runOrJoin(
    request: IdempotentRequest,
    execute: Execute,
    key: string,
    retentionMs: number,
  ): Promise<void> {
    const { exchange, keyId } = request;
    const { url = '' } = exchange.incoming;
    const expiresAt = exchange.startedAt + retentionMs;
    const claim = await claimOf({ key, url, body: request.body, expiresAt });
    const name = `${keyId} ${claim.keyHash}`;
    let run = running.get(name);
    if (run) refuseOther({ requestId: run.id, bodyHash: run.claim.bodyHash }, claim);
    else {
      const own = startRun(
        {
          exchange,
          keyId,
          claim,
          secrets: { apiKey: request.apiKey(), idempotencyKey: key },
          stream: request.stream,
          waitMs: request.totalMs,
          execute,
          onOver: () => {
            if (running.get(name) === own) running.delete(name);
          },
        },
        { ...ports, mostBytes, mayWait: () => !ending },
      );
      running.set(name, own);
      run = own;
    }
    return run.join(exchange);
  }
}
