// The seam between what happens to requests and the spans that tell of it. Who makes them is loaded only where they are wanted.
import type { BeginningRequest, ObservedRequest, RequestTrace } from '../core/observed-request.ts';
import type { Settlement } from '../core/ports.ts';

export interface Tracer {
  /** `undefined`: this request is not traced. */
  begin(request: BeginningRequest): RequestTrace | undefined;
  /** Over without a settlement. `status`: of the answer; `undefined` = the client left. `code`: of the catalogue. */
  ended(request: ObservedRequest, status: number | undefined, code: string | undefined): void;
  settled(request: ObservedRequest, settlement: Settlement, reason: unknown): void;
}
