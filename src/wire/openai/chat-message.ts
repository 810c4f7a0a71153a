// The messages of a chat completion request: roles, and the parts their content is made of. CONTRACT section 1. What a
// message says about others (the order of tool calls and answers) is checked elsewhere.
import { type Static, Type } from 'typebox';
import { anyObject, oneOf, open, optional, stringOrArray, tagged } from './schema-forms.ts';

const promptCacheBreakpoint = optional(
  Type.Object(
    { mode: oneOf(['explicit']), ttl: optional(oneOf(['30m', '12h'])) },
    { ...open, description: 'Marks the end of a prefix that the provider is to cache.' },
  ),
);

export const TextPart = Type.Object(
  {
    type: Type.Literal('text'),
    text: Type.String({ description: 'The text.' }),
    prompt_cache_breakpoint: promptCacheBreakpoint,
  },
  { ...open, title: 'Text' },
);
export const RefusalPart = Type.Object(
  { type: Type.Literal('refusal'), refusal: Type.String({ description: 'What the model refused with.' }) },
  { ...open, title: 'Refusal' },
);

const imageUrlDescription =
  'An `https` URL, or the image itself: `data:image/png;base64,…` (png, jpeg, gif, webp).';
export const ImagePart = Type.Object(
  {
    type: Type.Literal('image_url'),
    /** A bare string is no OpenAI; Ollama takes it, so clients send it. */
    image_url: Type.Unsafe<
      | string
      | { url: string; detail?: 'auto' | 'low' | 'high' | 'original' | null; [member: string]: unknown }
    >({
      type: ['object', 'string'],
      description: imageUrlDescription,
      properties: {
        url: Type.String({ description: imageUrlDescription }),
        detail: optional(
          oneOf(['auto', 'low', 'high', 'original'], {
            default: 'auto',
            description: 'How closely the model looks; more detail costs more tokens.',
          }),
        ),
      },
      required: ['url'],
    }),
    prompt_cache_breakpoint: promptCacheBreakpoint,
  },
  { ...open, title: 'Image' },
);
export const AudioPart = Type.Object(
  {
    type: Type.Literal('input_audio'),
    input_audio: Type.Object(
      {
        data: Type.String({ description: 'The sound in base64, without a `data:` prefix.' }),
        format: oneOf(['wav', 'mp3'], { description: 'Format of the sound.' }),
      },
      open,
    ),
    prompt_cache_breakpoint: promptCacheBreakpoint,
  },
  { ...open, title: 'Audio' },
);
export const FilePart = Type.Object(
  {
    type: Type.Literal('file'),
    file: Type.Object(
      {
        file_id: optional(Type.String({ description: 'Id of a file that was uploaded to the provider.' })),
        file_data: optional(
          Type.String({ description: 'The file itself: `data:application/pdf;base64,…`.' }),
        ),
        filename: optional(Type.String({ description: 'Name of the file, shown to the model.' })),
      },
      { ...open, description: 'Either `file_id` or `file_data`.' },
    ),
    prompt_cache_breakpoint: promptCacheBreakpoint,
  },
  { ...open, title: 'File' },
);

const textContent = (description: string) => stringOrArray(tagged('type', [TextPart]), { description });
const participant = (description = 'Tells participants of the same role apart.') =>
  optional(Type.String({ description }));

export const ToolCall = tagged('type', [
  Type.Object(
    {
      id: Type.String({ description: 'Id of the call; the tool message that answers it repeats it.' }),
      type: Type.Literal('function'),
      function: Type.Object(
        {
          name: Type.String({ description: 'Name of the function.' }),
          arguments: Type.String({ description: 'Arguments as a JSON text, as the model wrote them.' }),
        },
        open,
      ),
      /** Google's dialect keeps `google.thought_signature` here, and needs it back. */
      extra_content: optional(anyObject({ description: 'Data of the provider, sent back unchanged.' })),
    },
    { ...open, title: 'Function call' },
  ),
  Type.Object(
    {
      id: Type.String({ description: 'Id of the call; the tool message that answers it repeats it.' }),
      type: Type.Literal('custom'),
      custom: Type.Object(
        {
          name: Type.String({ description: 'Name of the custom tool.' }),
          input: Type.String({ description: 'Input of the tool, as the model wrote it.' }),
        },
        open,
      ),
      extra_content: optional(anyObject({ description: 'Data of the provider, sent back unchanged.' })),
    },
    { ...open, title: 'Custom tool call' },
  ),
]);

export const SystemMessage = Type.Object(
  {
    role: oneOf(['system', 'developer']),
    content: textContent('Instructions to the model, as text or as parts of text.'),
    name: participant(),
  },
  { ...open, title: 'System or developer message' },
);
export const UserMessage = Type.Object(
  {
    role: Type.Literal('user'),
    content: stringOrArray(tagged('type', [TextPart, ImagePart, AudioPart, FilePart]), {
      description: 'What the user says: a text, or parts of text, image, audio and file.',
    }),
    name: participant(),
  },
  { ...open, title: 'User message' },
);
export const AssistantMessage = Type.Object(
  {
    role: Type.Literal('assistant'),
    content: optional(
      stringOrArray(tagged('type', [TextPart, RefusalPart]), {
        description: 'What the model said. May be absent where it called tools.',
      }),
    ),
    refusal: optional(Type.String({ description: 'What the model refused with.' })),
    name: participant(),
    audio: optional(
      Type.Object({ id: Type.String() }, { ...open, description: 'An earlier spoken answer, by its id.' }),
    ),
    tool_calls: optional(
      Type.Array(ToolCall, {
        minItems: 1,
        description: 'Tools the model called; each call is answered by a tool message.',
      }),
    ),
    function_call: optional(
      Type.Object(
        { name: Type.String(), arguments: Type.String() },
        { ...open, deprecated: true, description: 'Use `tool_calls`.' },
      ),
    ),
    reasoning_content: optional(
      Type.String({ description: 'What the model thought before it answered; some providers need it back.' }),
    ),
    reasoning: optional(Type.String({ description: 'Another name of `reasoning_content`.' })),
    reasoning_details: optional(
      Type.Array(anyObject(), { description: 'Thoughts as OpenRouter gives them, sent back unchanged.' }),
    ),
  },
  { ...open, title: 'Assistant message' },
);
export const ToolMessage = Type.Object(
  {
    role: Type.Literal('tool'),
    content: textContent('What the tool returned, as text or as parts of text.'),
    tool_call_id: Type.String({ description: 'Id of the tool call that this answers.' }),
  },
  { ...open, title: 'Tool message' },
);
export const FunctionMessage = Type.Object(
  {
    role: Type.Literal('function'),
    content: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'What the function returned.',
    }),
    name: Type.String({ description: 'Name of the function.' }),
  },
  { ...open, title: 'Function message', deprecated: true },
);

export const Message = tagged('role', [
  SystemMessage,
  AssistantMessage,
  UserMessage,
  FunctionMessage,
  ToolMessage,
]);

export type ChatMessage = Static<typeof Message>;
export type UserPart = Exclude<Static<typeof UserMessage>['content'], string>[number];
