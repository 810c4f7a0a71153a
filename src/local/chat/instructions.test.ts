import { describe, expect, test } from 'vitest';
import { withInstructions } from './instructions.ts';
import type { FunctionDefinition, JsonFormat } from './request.ts';

const tool = (name: string, description?: string): FunctionDefinition => ({
  name,
  ...(description !== undefined && { description }),
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
  path: '',
});
const question = { role: 'user', content: 'Rain?' };
const free = { tools: [], mustCall: false, format: undefined };
const format: JsonFormat = {
  kind: 'schema',
  name: 'x',
  description: 'A person.',
  schema: { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] },
  strict: true,
};

test('nothing to say, nothing said', () => {
  expect(withInstructions([question], free, false)).toEqual([question]);
});

describe('tools', () => {
  const asked = { ...free, tools: [tool('rain', 'Look for rain'), tool('now')] };

  test('are listed in the system message, with an example of a call', () => {
    const [system, ...rest] = withInstructions([question], asked, false);
    expect(system).toMatchObject({ role: 'system' });
    expect(system?.content).toContain('- rain {"city": string}: Look for rain\n- now {"city": string}\n');
    expect(rest.map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'user', 'assistant', 'user', 'assistant'],
      'user',
    ]);
    expect(rest[0]?.content).toBe('Look for rain');
    expect(rest[1]?.content).toBe(
      '<tool_call>\n{"name": "rain", "arguments": {"city": "example"}}\n</tool_call>',
    );
    expect(rest.at(-1)).toEqual(question);
  });

  test('are put behind what the client says to the model', () => {
    const given = [{ role: 'system', content: 'Be brief.' }, question];
    const [system] = withInstructions(given, asked, false);
    expect(system?.content).toMatch(/^Be brief\.\n\nYou can use these tools:/);
  });

  test('need no example where there has been a call, or must be one', () => {
    const called = { role: 'assistant', content: '<tool_call>…' };
    expect(withInstructions([question, called], asked, false)).toHaveLength(3);
    expect(withInstructions([question], { ...asked, mustCall: true }, false)).toHaveLength(2);
  });

  test('are not told of twice', () => {
    expect(withInstructions([question], asked, true)).toEqual([question]);
  });
});

describe('a format', () => {
  test('is shown as what it describes', () => {
    const [system] = withInstructions([question], { ...free, format }, true);
    expect(system?.content).toBe('Answer with JSON only, in this form: A person.\n{"age": integer}');
    const [any] = withInstructions([question], { ...free, format: { kind: 'object' } }, false);
    expect(any?.content).toBe('Answer with a JSON object only.');
  });

  test('is nothing to an answer that has to be a call', () => {
    const asked = { tools: [tool('rain')], mustCall: true, format };
    expect(withInstructions([question], asked, true)).toEqual([question]);
  });
});
