// Tools and JSON that a person types: what is wrong is found before it is sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptySetup,
  type ToolDefinition,
} from '../../../console/src/pages/playground/conversation/session.ts';
import { findJsonError } from '../../../console/src/pages/playground/settings/json-error.ts';
import { readJson } from '../../../console/src/pages/playground/settings/json-text.ts';
import {
  schemaProblem,
  setupProblem,
  toolProblems,
  toolTemplates,
} from '../../../console/src/pages/playground/settings/tools.ts';

const tool = (members: Partial<ToolDefinition> = {}): ToolDefinition => ({
  id: '1',
  name: 'look_up',
  description: '',
  parameters: '{"type":"object"}',
  strict: false,
  ...members,
});

describe('tools', () => {
  it('of the templates are right', () => {
    for (const { tool: template } of toolTemplates) {
      expect(toolProblems({ ...template, id: 'x' }, [])).toEqual([]);
    }
  });

  it.each([
    [{ name: 'two words' }, 'name', 'letters'],
    [{ name: '' }, 'name', 'letters'],
    [{ name: 'a'.repeat(65) }, 'name', '64'],
    [{ name: 'taken' }, 'name', 'Another'],
    [{ parameters: '{"type":"array"}' }, 'parameters', '"object"'],
    [{ parameters: '[]' }, 'parameters', 'object'],
    [{ parameters: '{"properties":[]}' }, 'parameters', '"properties"'],
    [{ parameters: '{"properties":{},"required":["x"]}' }, 'parameters', '"x"'],
    [{ parameters: '{"required":"x"}' }, 'parameters', 'list'],
  ])('%o: told at %s', (members, field, words) => {
    const [problem, ...more] = toolProblems(tool(members), ['taken']);
    expect(problem).toEqual({ field, message: expect.stringContaining(words) });
    expect(more).toEqual([]);
  });

  it('may have no parameters at all', () => {
    expect(toolProblems(tool({ parameters: ' ' }), [])).toEqual([]);
  });

  it('with a mistake keep the request from being sent', () => {
    expect(setupProblem({ ...emptySetup, tools: [tool(), tool({ id: '2' })] })).toContain('look_up');
    expect(setupProblem({ ...emptySetup, tools: [tool(), tool({ id: '2', name: 'b' })] })).toBeUndefined();
    const format = { type: 'json_schema', name: 'x', schema: '{', strict: true } as const;
    expect(setupProblem({ ...emptySetup, format })).toContain('Answer format');
  });
});

describe('JSON that is typed', () => {
  it('is found to be JSON exactly where the engine reads it', () => {
    const mark = fc.constantFrom(...'{}[],:" \n', '"a"', '1', '-0.5e3', '01', 'true', 'nul', '\\u00e9', 'é');
    const broken = fc.array(mark, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(broken, fc.json()), (text) => {
        const { ok } = readJson(text);
        expect(findJsonError(text) === undefined).toBe(ok);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has its mistake told by line and column', () => {
    expect(readJson('{\n  "a": 1,\n  b\n}')).toEqual({
      ok: false,
      message: 'It is not JSON: `b` is not expected at line 3, column 3.',
    });
    expect(readJson('{"a": ]}')).toMatchObject({ message: expect.stringContaining('`]`') });
    expect(readJson('{"a": [1')).toMatchObject({
      message: expect.stringContaining('ends at line 1, column 9'),
    });
    expect(readJson('')).toMatchObject({ ok: false, message: 'There is nothing here yet.' });
    expect(schemaProblem('{"a":')).toBeDefined();
    expect(schemaProblem('"text"')).toContain('object');
  });
});
