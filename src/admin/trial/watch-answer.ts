// Looks at an upstream's answer on its way to the adapter, which passes neither the status of a success nor the
// upstream's own name of the model on.
import type { UpstreamTransport } from '../../core/ports.ts';

export interface AnswerWatch {
  readonly transport: UpstreamTransport;
  seen(): { readonly status: number | undefined; readonly model: string | undefined };
}

/** The name stands in the first event of every dialect. */
const longestLook = 64 * 1024;

/** OpenAI and Anthropic say `model`, Gemini `modelVersion`. Inside of a text its quotes would be escaped. */
const modelMember = /"model(?:Version)?"\s*:\s*"([^"\\]{1,200})"/;

export function watchAnswer(transport: UpstreamTransport): AnswerWatch {
  let status: number | undefined;
  let beginning = '';
  return {
    transport: {
      dispatch: (call, connectTimeoutMs, receiver) =>
        transport.dispatch(call, connectTimeoutMs, {
          onHeaders(answered, headers, flow) {
            status = answered;
            receiver.onHeaders(answered, headers, flow);
          },
          onData(chunk) {
            if (beginning.length < longestLook) beginning += chunk.toString('latin1');
            receiver.onData(chunk);
          },
          onEnd: () => receiver.onEnd(),
          onError: (failure) => receiver.onError(failure),
        }),
      // Who made the transport closes it.
      [Symbol.asyncDispose]: async () => undefined,
    },
    seen() {
      const name = status !== undefined && status < 300 ? modelMember.exec(beginning)?.[1] : undefined;
      return { status, model: name === undefined ? undefined : Buffer.from(name, 'latin1').toString() };
    },
  };
}
