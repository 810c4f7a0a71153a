// What went wrong with a call, in one class: the envelope of the gateway's errors, or a network that did not answer.

export interface ErrorFacts {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
  /** The member of the request that the error is about: `limits[0].amount`. */
  readonly param: string | null;
  readonly requestId: string | null;
  /** Seconds until it may be tried again. */
  readonly retryAfter: number | null;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor({ status, code, message, param, requestId, retryAfter }: ErrorFacts) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  /** Somebody else changed it meanwhile (RFC 9110 section 15.5.13). */
  get isConflict(): boolean {
    return this.status === 412;
  }

  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

/** Reads the error envelope of an answer; anything that is no envelope becomes a sentence about its status. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const envelope = parsed(text);
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: response.status,
    code: envelope?.code ?? null,
    message: envelope?.message ?? `The gateway answered with status ${response.status}.`,
    param: envelope?.param ?? null,
    requestId: response.headers.get('x-request-id'),
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}

interface Envelope {
  readonly message?: string;
  readonly code?: string | null;
  readonly param?: string | null;
}

function parsed(text: string): Envelope | undefined {
  try {
    return (JSON.parse(text) as { error?: Envelope }).error;
  } catch {
    return undefined;
  }
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: null,
    message: 'The gateway did not answer. Check that it is running and that this device reaches it.',
    param: null,
    requestId: null,
    retryAfter: null,
  });
}

/** A sentence for people, of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The message for one field of a form, if the error names it: `name`, or `limits` for `limits[0].amount`. */
export function fieldError(error: unknown, param: string): string | undefined {
  if (!(error instanceof ApiError) || error.param === null) return undefined;
  const isIt =
    error.param === param || error.param.startsWith(`${param}.`) || error.param.startsWith(`${param}[`);
  return isIt ? error.message : undefined;
}
