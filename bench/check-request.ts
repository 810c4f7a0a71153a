// What it costs to look at a request before anything is done with it: parse and check, hot, in this process.
// `node bench/check-request.ts`: microseconds a body, median of rounds.
import { pathToFileURL } from 'node:url';
import { createValidator } from '../src/pipeline/validate.ts';
import { type Spread, spread } from './statistics.ts';

const text =
  'The harbour was quiet that morning. A single gull crossed the pale water, and the clock struck six. ';

/** About 1 KB each. */
const bodies: Readonly<Record<string, object>> = {
  conversation: {
    model: 'gpt-5.1',
    messages: [
      { role: 'system', content: text },
      { role: 'user', content: text.repeat(2) },
      { role: 'assistant', content: text.repeat(2) },
      { role: 'user', content: text.repeat(3) },
    ],
    temperature: 0.7,
    max_completion_tokens: 256,
    stream: true,
    stream_options: { include_usage: true },
  },
  'tools and parts': {
    model: 'gpt-5.1',
    messages: [
      { role: 'developer', content: [{ type: 'text', text }] },
      { role: 'user', content: [{ type: 'text', text }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'tide', arguments: '{"at":"dawn"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: text },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'tide',
          description: 'How high the water stands.',
          parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
        },
      },
    ],
    tool_choice: 'auto',
    response_format: { type: 'text' },
    metadata: { harbour: 'small', season: 'autumn' },
  },
};

export interface CheckCost {
  readonly body: string;
  readonly bytes: number;
  readonly microseconds: Spread;
}

export function measureRequestCheck(rounds = 15, requests = 20_000): CheckCost[] {
  const validate = createValidator();
  return Object.entries(bodies).map(([body, value]) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const run = () => {
      const started = performance.now();
      for (let index = 0; index < requests; index++) validate(bytes);
      return ((performance.now() - started) * 1000) / requests;
    };
    run();
    return { body, bytes: bytes.length, microseconds: spread(Array.from({ length: rounds }, run)) };
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { body, bytes, microseconds } of measureRequestCheck()) {
    const { min, median, max } = microseconds;
    console.log(`${body}, ${bytes} bytes: ${median.toFixed(1)} µs (${min.toFixed(1)} to ${max.toFixed(1)})`);
  }
}
