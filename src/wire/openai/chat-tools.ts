// Tools of a chat completion request, the choice between them, and their deprecated forerunners, functions. CONTRACT
// section 1. Whether a choice names a tool that is there is checked elsewhere.
import { type Static, Type } from 'typebox';
import { anyObject, name64, oneOf, open, optional, tagged } from './schema-forms.ts';

const functionMembers = {
  name: name64('Name of the function: letters, digits, `_` and `-`.'),
  description: optional(
    Type.String({ description: 'What the function does; the model decides by it when to call.' }),
  ),
  parameters: optional(
    anyObject({ description: 'JSON Schema of the arguments. Without it the function takes none.' }),
  ),
};

export const FunctionTool = Type.Object(
  {
    type: Type.Literal('function'),
    function: Type.Object(
      {
        ...functionMembers,
        strict: optional(
          Type.Boolean({ default: false, description: 'Whether the arguments must fit the schema exactly.' }),
        ),
      },
      open,
    ),
  },
  { ...open, title: 'Function' },
);

const CustomFormat = tagged('type', [
  Type.Object({ type: Type.Literal('text') }, { ...open, title: 'Free text' }),
  Type.Object(
    {
      type: Type.Literal('grammar'),
      grammar: Type.Object(
        {
          definition: Type.String({ description: 'The grammar.' }),
          syntax: oneOf(['lark', 'regex'], { description: 'Language of the grammar.' }),
        },
        open,
      ),
    },
    { ...open, title: 'Grammar' },
  ),
]);

export const CustomTool = Type.Object(
  {
    type: Type.Literal('custom'),
    custom: Type.Object(
      {
        name: name64('Name of the tool: letters, digits, `_` and `-`.'),
        description: optional(Type.String({ description: 'What the tool does.' })),
        format: optional(CustomFormat),
      },
      open,
    ),
  },
  { ...open, title: 'Custom tool' },
);

export const Tool = tagged('type', [FunctionTool, CustomTool]);

const NamedFunction = Type.Object(
  {
    type: Type.Literal('function'),
    function: Type.Object({ name: Type.String({ description: 'Name of one of the `tools`.' }) }, open),
  },
  { ...open, title: 'This function' },
);
const NamedCustomTool = Type.Object(
  {
    type: Type.Literal('custom'),
    custom: Type.Object({ name: Type.String({ description: 'Name of one of the `tools`.' }) }, open),
  },
  { ...open, title: 'This custom tool' },
);
const AllowedTools = Type.Object(
  {
    type: Type.Literal('allowed_tools'),
    allowed_tools: Type.Object(
      {
        mode: oneOf(['auto', 'required'], { description: '`required`: the model must call one of them.' }),
        tools: Type.Array(tagged('type', [NamedFunction, NamedCustomTool]), {
          minItems: 1,
          description: 'The tools the model may call.',
        }),
      },
      open,
    ),
  },
  { ...open, title: 'Allowed tools' },
);

const toolChoiceModes = oneOf(['none', 'auto', 'required']);
const ToolChoiceObject = tagged('type', [NamedFunction, NamedCustomTool, AllowedTools]);
export const ToolChoice = Type.Unsafe<Static<typeof toolChoiceModes> | Static<typeof ToolChoiceObject>>({
  anyOf: [toolChoiceModes, ToolChoiceObject],
  description:
    'Which tools the model calls: `none`, `auto` (it decides), `required` (at least one), one by name, or some of them. Default: `auto` with tools, `none` without.',
});

/** Deprecated forerunner of tools. */
export const FunctionDefinition = Type.Object(functionMembers, { ...open, title: 'Function (deprecated)' });

const functionCallModes = oneOf(['none', 'auto']);
const FunctionCallName = Type.Object({ name: Type.String() }, { ...open, title: 'This function' });
export const FunctionCall = Type.Unsafe<Static<typeof functionCallModes> | Static<typeof FunctionCallName>>({
  anyOf: [functionCallModes, FunctionCallName],
  deprecated: true,
  description: 'Use `tool_choice`.',
});
