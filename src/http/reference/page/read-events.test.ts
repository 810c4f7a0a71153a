// The page reads a stream whatever the network makes of it: cut anywhere, also in the middle of a character.
import { expect, it } from 'vitest';

type Reader = (
  body: ReadableStream<Uint8Array>,
  listener: { onText(text: string): void; onData(data: string): void },
) => Promise<void>;

// Its modules are JavaScript for the browser, without types for this side.
const { readEvents } = (await import(new URL('read-events.js', import.meta.url).href)) as {
  readEvents: Reader;
};
const { Answer } = await import(new URL('read-answer.js', import.meta.url).href);

const wire =
  ': keep-alive\n\ndata: {"a":"ünï 🙂"}\n\nevent: x\r\ndata:{"b":1}\r\n\r\ndata: one\ndata: two\n\ndata: [DONE]';

it('finds the same events wherever the bytes are cut', async () => {
  const bytes = new TextEncoder().encode(wire);
  const expected = ['{"a":"ünï 🙂"}', '{"b":1}', 'one\ntwo', '[DONE]'];
  for (let cut = 0; cut <= bytes.length; cut++) {
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const data: string[] = [];
    let text = '';
    await readEvents(pieces, {
      onText: (piece) => {
        text += piece;
      },
      onData: (value) => data.push(value),
    });
    expect(data, `cut at ${cut}`).toEqual(expected);
    expect(text).toBe(new TextDecoder().decode(bytes));
  }
});

it('puts an answer together from chunks as from a whole completion', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
  const streamed = new Answer();
  const delta = (news: object, members: object = {}) =>
    streamed.add({ choices: [{ index: 0, delta: news, finish_reason: null, ...members }] });
  delta({ role: 'assistant', content: '', refusal: null });
  delta({ reasoning_content: 'Hm' });
  delta({ content: 'A' });
  delta({ content: 'B' });
  delta({ tool_calls: [{ index: 0, ...call, function: { name: 'f', arguments: '' } }] });
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] });
  delta({}, { finish_reason: 'tool_calls' });
  streamed.add({ choices: [], usage: { total_tokens: 3 } });
  const whole = new Answer();
  const message = {
    role: 'assistant',
    content: 'AB',
    refusal: null,
    reasoning_content: 'Hm',
    tool_calls: [call],
  };
  whole.add({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage: { total_tokens: 3 } });
  expect(streamed.choices).toEqual(whole.choices);
  expect(streamed.usage).toEqual(whole.usage);
  expect(streamed.choices).toEqual([
    {
      text: 'AB',
      thinking: 'Hm',
      refusal: '',
      calls: [{ name: 'f', arguments: '{"a":1}' }],
      finish: 'tool_calls',
    },
  ]);
  streamed.add({ error: { message: 'boom' } });
  expect(streamed.error.message).toBe('boom');
});
