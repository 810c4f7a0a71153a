// What the checks ask: short prompts, small answers, and schemas whose every value comes from a short list, so that
// the smallest model can answer and the largest costs little.

/** A whole request but for the model's name. */
export type Ask = Readonly<Record<string, unknown>>;

const user = (content: string) => [{ role: 'user', content }];

export const hello: Ask = {
  messages: user('Say hello in one short sentence.'),
  max_completion_tokens: 64,
};

/** As `hello`, for requests where only the status matters. */
export const brief: Ask = { ...hello, max_completion_tokens: 16 };

const weatherParameters = {
  type: 'object',
  properties: {
    city: { type: 'string', enum: ['Paris', 'London', 'Tokyo'] },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city', 'unit'],
  additionalProperties: false,
};
const weatherFunction = {
  name: 'get_weather',
  description: 'Tells the current weather in a city.',
  parameters: weatherParameters,
};
/** One function with two arguments, both from short lists. */
export const weatherTool = { type: 'function', function: { ...weatherFunction, strict: true } };
/** A function that takes nothing. */
export const clockTool = {
  type: 'function',
  function: { name: 'get_time', description: 'Tells the current time.' },
};

export const weather: Ask = {
  messages: user('What is the weather in Paris, in celsius? Use the tool.'),
  tools: [weatherTool],
  max_completion_tokens: 512,
};

/** The same in the words of the API before tools. */
export const legacyWeather: Ask = {
  messages: weather.messages,
  functions: [weatherFunction],
  function_call: { name: 'get_weather' },
  max_completion_tokens: 512,
};

export const toolCallId = 'call_conformance_1';
/** The tool was called and has answered. */
export const weatherAnswered: readonly unknown[] = [
  ...user('What is the weather in Paris, in celsius?'),
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      {
        id: toolCallId,
        type: 'function',
        function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"celsius"}' },
      },
    ],
  },
  { role: 'tool', tool_call_id: toolCallId, content: '{"temperature":21,"sky":"clear"}' },
];

export const reportSchema = {
  type: 'object',
  properties: {
    city: { type: 'string', enum: ['Paris', 'London', 'Tokyo'] },
    sunny: { type: 'boolean' },
  },
  required: ['city', 'sunny'],
  additionalProperties: false,
};

export const report: Ask = {
  messages: user('It is sunny in Paris today. Report the city, and whether it is sunny, as JSON.'),
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'report', strict: true, schema: reportSchema },
  },
  max_completion_tokens: 512,
};

export const anyObject: Ask = {
  messages: user('Answer with the JSON object {"hello": "world"} and nothing else.'),
  response_format: { type: 'json_object' },
  max_completion_tokens: 512,
};

export const think: Ask = {
  messages: user('Which is larger, 9.11 or 9.9? Answer with the number only.'),
  reasoning_effort: 'low',
  max_completion_tokens: 1024,
};

/** Long enough to be left in the middle. */
export const story: Ask = { messages: user('Tell me a long story.'), max_completion_tokens: 1024 };

/** No server has it. */
export const unknownModel = 'conformance-no-such-model';
