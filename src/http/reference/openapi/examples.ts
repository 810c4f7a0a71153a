// Requests and answers as they look on the wire, for the OpenAPI document and the reference page. A test holds them
// against the schemas.

const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city, now.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

const hello = { role: 'user', content: 'Please introduce yourself' };

export const requestExamples = {
  plain: {
    summary: 'A question',
    value: { model: 'gpt-5.1', messages: [hello], temperature: 1 },
  },
  stream: {
    summary: 'Streamed, with usage',
    value: {
      model: 'gpt-5.1',
      messages: [hello],
      stream: true,
      stream_options: { include_usage: true },
    },
  },
  thinking: {
    summary: 'With thinking',
    value: {
      model: 'gpt-5.1-thinking',
      messages: [{ role: 'user', content: 'Is 91 a prime number?' }],
      reasoning_effort: 'low',
    },
  },
  tools: {
    summary: 'With a tool',
    value: {
      model: 'gpt-5.1',
      messages: [{ role: 'user', content: 'What is the weather in Vienna?' }],
      tools: [weatherTool],
      tool_choice: 'auto',
    },
  },
  json: {
    summary: 'JSON that fits a schema',
    value: {
      model: 'gpt-5.1',
      messages: [{ role: 'user', content: 'Name a city and its country.' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          strict: true,
          schema: {
            type: 'object',
            properties: { city: { type: 'string' }, country: { type: 'string' } },
            required: ['city', 'country'],
            additionalProperties: false,
          },
        },
      },
    },
  },
  image: {
    summary: 'With an image',
    value: {
      model: 'gpt-5.1',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is in this image?' },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
          ],
        },
      ],
    },
  },
} as const;

const usage = {
  prompt_tokens: 8,
  completion_tokens: 292,
  total_tokens: 300,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 120,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const envelope = { created: 1_698_999_496, model: 'gpt-5.1', system_fingerprint: null };
const message = {
  role: 'assistant',
  content: 'Hi there! How can I help you?',
  refusal: null,
  annotations: [],
};

function answer(members: object, finish: string) {
  return {
    id: 'chatcmpl-abc123',
    object: 'chat.completion',
    ...envelope,
    choices: [{ index: 0, message: { ...message, ...members }, logprobs: null, finish_reason: finish }],
    usage,
  };
}

export const answerExamples = {
  text: { summary: 'A text', value: answer({}, 'stop') },
  thinking: {
    summary: 'With thinking',
    value: answer({ reasoning_content: 'Let me think about this step by step...' }, 'stop'),
  },
  tools: {
    summary: 'A tool call',
    value: answer(
      {
        content: null,
        tool_calls: [
          {
            id: 'call_abc123',
            type: 'function',
            function: { name: 'get_weather', arguments: '{"city":"Vienna"}' },
          },
        ],
      },
      'tool_calls',
    ),
  },
};

function chunk(delta: object, finish: string | null = null) {
  return {
    id: 'chatcmpl-abc123',
    object: 'chat.completion.chunk',
    ...envelope,
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** In the order they come. */
export const chunkExamples = {
  role: { summary: 'First', value: chunk({ role: 'assistant', content: '', refusal: null }) },
  thinking: { summary: 'Thinking', value: chunk({ reasoning_content: 'Let me think' }) },
  text: { summary: 'Text', value: chunk({ content: 'Hi there!' }) },
  finish: { summary: 'End of the answer', value: chunk({}, 'stop') },
  usage: {
    summary: 'Last, with `stream_options.include_usage`',
    value: { ...chunk({}), choices: [], usage },
  },
};

export const modelExample = { id: 'gpt-5.1', object: 'model', created: 1_763_000_000, owned_by: 'tollgate' };
