// An upstream for the playground: what it answers depends on what it is asked, with the pauses of a real model, so that a page
// can be looked at while it streams.
import type { Json, Script } from '../../support/scripted-upstream.ts';
import {
  chunk,
  done,
  event,
  finish,
  roleChunk,
  type Step,
  stream,
  text,
  usageChunk,
} from '../../support/scripts/pieces.ts';

export const markdownAnswer = `A gateway stands between your code and the models. It does **four** things:

1. Checks the key and its *limits*
2. Chooses a target, and another one when that fails
3. Counts tokens and writes the ledger
4. Streams the answer on, byte by byte

| Store | Writers | Best for |
|:--|--:|---|
| SQLite | 1 | one machine |
| PostgreSQL | many | several nodes |

\`\`\`python
from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:8080/v1")
for chunk in client.chat.completions.create(model="gpt-5.1", messages=[], stream=True):
    print(chunk.choices[0].delta.content or "", end="")
\`\`\`

See [the reference](https://example.com/docs) and ![a picture](https://example.com/tracker.png).

<script>alert(1)</script>

> Budgets are hard: what is settled and held never passes a limit.
`;

const thoughts = `The user asks what a gateway does. I should be short, give a list of the main duties, and compare the stores in a table. Maybe a snippet too.`;

/** In words with their spaces, as models stream. */
export function words(of: string): string[] {
  return of.match(/\S+\s*/g) ?? [];
}

const usage = (input: number, output: number, more: Json = {}) =>
  usageChunk({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output, ...more });

/** A pause between pieces, in ms. */
const paced = (pieces: readonly string[], wait: number): Step[] =>
  pieces.flatMap((piece) => (wait === 0 ? [piece] : [piece, { wait }]));

export const scene: Script = async (answer) => {
  const { messages, model, response_format: format } = answer.request.body;
  const last = messages.at(-1);
  const asked = typeof last.content === 'string' ? last.content : JSON.stringify(last.content);
  await stream(stepsFor(asked, last.role, format?.type, model === 'quick' ? 0 : 6))(answer);
};

/** The answer about gateways, which waits for `said` once it has thought, and for `over` before its end. */
export function heldScene(said: Promise<void>, over: Promise<void>): Script {
  const steps = stepsFor('gateway', 'user', undefined, 6);
  const begins = steps.indexOf(text(words(markdownAnswer)[0] ?? ''));
  return stream([...steps.slice(0, begins), said, ...steps.slice(begins, -3), over, ...steps.slice(-3)]);
}

function stepsFor(asked: string, role: string, format: string | undefined, wait: number): Step[] {
  if (role === 'tool') return plain(`It is 21 °C in Graz and 4 °C in Oslo.`, wait);
  if (format !== undefined) return plain('{"answer":"Vienna","confidence":1.5}', wait);
  if (asked.includes('weather')) return callSteps(wait);
  if (asked.includes('slow')) {
    return [
      roleChunk,
      ...paced(
        words('tick '.repeat(2_000)).map((each) => text(each)),
        100,
      ),
    ];
  }
  if (asked.includes('break off')) return [roleChunk, text('This will not '), text('end well'), 'RESET'];
  if (asked.includes('fail')) {
    const error = { message: 'The model ran out of memory.', type: 'server_error', param: null, code: null };
    return [roleChunk, text('So far so '), event({ error })];
  }
  const [, times] = /^perf (\d+)$/.exec(asked) ?? [];
  if (times !== undefined) return evenly(words(`${markdownAnswer}\n\n`.repeat(Number(times))), 6);
  if (asked.includes('gateway')) {
    return [
      roleChunk,
      ...paced(
        words(thoughts).map((each) => chunk({ reasoning_content: each })),
        wait,
      ),
      ...paced(
        words(markdownAnswer).map((each) => text(each)),
        wait,
      ),
      finish(),
      usage(48, 312, { completion_tokens_details: { reasoning_tokens: 38 } }),
      done,
    ];
  }
  return plain(`You said: ${asked.slice(0, 200)}`, wait);
}

function plain(answer: string, wait: number): Step[] {
  const pieces = words(answer);
  return [
    roleChunk,
    ...paced(
      pieces.map((each) => text(each)),
      wait,
    ),
    finish(),
    usage(20, pieces.length),
    done,
  ];
}

/** Several to a packet, as a fast model behind a network: `perf 72` is some ten thousand tokens in ten seconds. */
function evenly(pieces: readonly string[], each: number): Step[] {
  const packets = Math.ceil(pieces.length / each);
  const steps = Array.from({ length: packets }, (_, at) =>
    pieces
      .slice(at * each, (at + 1) * each)
      .map((piece) => text(piece))
      .join(''),
  );
  return [roleChunk, ...paced(steps, 4), finish(), usage(20, pieces.length), done];
}

/** Two at once, their arguments mixed. */
function callSteps(wait: number): Step[] {
  const begin = (index: number, id: string) =>
    chunk({
      tool_calls: [{ index, id, type: 'function', function: { name: 'get_weather', arguments: '' } }],
    });
  const more = (index: number, json: string) =>
    chunk({ tool_calls: [{ index, function: { arguments: json } }] });
  const first = words('{"city": "Graz", "unit": "celsius"}').map((each) => more(0, each));
  const second = words('{"city": "Oslo", "unit": "celsius"}').map((each) => more(1, each));
  return [
    roleChunk,
    begin(0, 'call_graz'),
    ...paced(first, wait * 5),
    begin(1, 'call_oslo'),
    ...paced(second, wait * 5),
    finish('tool_calls'),
    usage(90, 40),
    done,
  ];
}
