// The cells about tools: a round trip (the model calls, the client answers, the model concludes) and two calls at once.
import { type Json, stream, whole } from '../../support/scripted-upstream.ts';
import { streamedCalls, twoCalls, wholeCall, wholeCalls } from '../../support/scripts/tool-calls.ts';
import type { Play } from './cells.ts';
import type { Ask, Seen } from './client.ts';
import { anyRequestId, body, row, shown, streamed } from './expected.ts';

const usage = { input: 10, output: 5, total: 15 };
const [rome] = twoCalls;
const conclusion = 'Hello, world!';

const forecast: Ask = { model: 'cluster-model', prompt: 'How is the weather in Rome?', tools: true };
const forecasts: Ask = { ...forecast, prompt: 'How is the weather in Rome and in Oslo?' };

const called: Seen = {
  role: 'assistant',
  model: 'cluster-model',
  requestId: anyRequestId,
  finish: 'tool_calls',
  calls: [
    { id: 'call_1', name: 'weather', input: { city: 'Rome' } },
    { id: 'call_2', name: 'weather', input: { city: 'Oslo' } },
  ],
};

/** The second request of a round trip: the call as the model wrote it, and the result under its id. */
function answered(ask: Ask): Json {
  const expected = body(ask);
  return {
    ...expected,
    messages: [
      ...expected.messages,
      { role: 'assistant', content: null, tool_calls: [rome] },
      { role: 'tool', tool_call_id: rome.id, content: 'sunny in Rome' },
    ],
  };
}

function roundTrip(ask: Ask): Play {
  return {
    name: `a call and its result (${ask.model})`,
    way: 'tools',
    ask,
    scripts: [whole(wholeCall), whole()],
    sent: [body(ask), answered(ask)],
    seen: {
      role: 'assistant',
      model: ask.model,
      requestId: anyRequestId,
      calls: [{ id: 'call_1', name: 'weather', input: { city: 'Rome' } }],
      text: conclusion,
      finish: 'stop',
      usage: shown(usage),
    },
    rows: [row(ask, usage), row(ask, usage)],
  };
}

const { 'fragments of both in turn': _, ...consecutiveCalls } = streamedCalls;

export const toolCells = {
  'tools round trip': [roundTrip(forecast), roundTrip({ ...forecast, model: 'gpt-5.1' })],
  'parallel tools': [
    ...Object.entries(wholeCalls).map(
      ([name, answer]): Play => ({
        name,
        way: 'whole',
        ask: forecasts,
        scripts: [whole(answer)],
        sent: [body(forecasts)],
        seen: { ...called, usage: shown(usage) },
        rows: [row(forecasts, usage)],
      }),
    ),
    ...(['stream', 'helper'] as const).flatMap((way) =>
      // Helpers take a call for finished when the next one begins, whoever serves them.
      Object.entries(way === 'helper' ? consecutiveCalls : streamedCalls).map(
        ([name, steps]): Play => ({
          name,
          way,
          ask: forecasts,
          scripts: [stream(steps)],
          sent: [body(forecasts, streamed)],
          seen: called,
          rows: [row(forecasts, usage, { stream: true })],
        }),
      ),
    ),
  ],
};
