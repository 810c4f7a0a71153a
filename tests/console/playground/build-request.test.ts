// The request that the playground builds: only what is set, in the shapes of the wire.
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../../console/src/pages/playground/conversation/build-request.ts';
import {
  type AssistantTurn,
  emptySetup,
  type Turn,
  type UserTurn,
} from '../../../console/src/pages/playground/conversation/session.ts';
import { newAnswer } from '../../../console/src/pages/playground/stream/answer.ts';

const user = (text: string, images: UserTurn['images'] = []): UserTurn => ({ role: 'user', text, images });
const said = (members: Partial<AssistantTurn['answer']>, results: AssistantTurn['results'] = []): Turn => ({
  role: 'assistant',
  model: 'm',
  answer: { ...newAnswer(0), status: 'done', ...members },
  results,
});

describe('a request', () => {
  it('has only what is set', () => {
    expect(buildRequest('m', emptySetup, [user('Hi')])).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('has instructions, parameters, tools and format', () => {
    const request = buildRequest(
      'm',
      {
        system: 'Be brief.',
        parameters: { temperature: 0, stop: ['\n'], reasoning_effort: 'low' },
        tools: [{ id: '1', name: 'now', description: ' ', parameters: '', strict: true }],
        toolChoice: 'required',
        format: { type: 'json_schema', name: 'city', schema: '{"type":"object"}', strict: true },
      },
      [user('Hi')],
    );
    expect(request).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
      temperature: 0,
      stop: ['\n'],
      reasoning_effort: 'low',
      tools: [{ type: 'function', function: { name: 'now', strict: true } }],
      tool_choice: 'required',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'city', schema: { type: 'object' }, strict: true },
      },
    });
  });

  it('may insist on one tool, as long as that is there', () => {
    const tools = [{ id: '1', name: 'now', description: '', parameters: '', strict: false }];
    const insisting = { ...emptySetup, tools, toolChoice: 'function:now' } as const;
    expect(buildRequest('m', insisting, []).tool_choice).toEqual({
      type: 'function',
      function: { name: 'now' },
    });
    const gone = { ...insisting, toolChoice: 'function:later' } as const;
    expect(buildRequest('m', gone, [])).not.toHaveProperty('tool_choice');
  });

  it('answers each call, and sends reasoning back beside calls only', () => {
    const calls = [
      { id: 'a', name: 'x', arguments: '' },
      { id: 'b', name: 'y', arguments: '{"n":1}' },
    ];
    const request = buildRequest('m', emptySetup, [
      user('Hi'),
      said({ toolCalls: calls, reasoning: 'Hm.' }, ['1', '2']),
      said({ text: 'Done', reasoning: 'Ah.' }),
    ]);
    expect(request.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm.',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'x', arguments: '{}' } },
          { id: 'b', type: 'function', function: { name: 'y', arguments: '{"n":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: '1' },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      { role: 'assistant', content: 'Done' },
    ]);
  });

  it('leaves out an answer that never began', () => {
    const request = buildRequest('m', emptySetup, [
      user('Hi'),
      said({ status: 'failed' }),
      user('Still there?'),
    ]);
    expect(request.messages.map(({ role }) => role)).toEqual(['user', 'user']);
  });

  it('has images as parts', () => {
    const image = { name: 'a.png', url: 'data:image/png;base64,AA', width: 1, height: 1, bytes: 1 };
    expect(buildRequest('m', emptySetup, [user('', [image])]).messages[0]?.content).toEqual([
      { type: 'image_url', image_url: { url: image.url } },
    ]);
  });
});
