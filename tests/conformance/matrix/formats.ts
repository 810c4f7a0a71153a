// The cells about what goes in and out besides text: an answer by a JSON schema, and images.
import { expect } from 'vitest';
import { choice, completion, whole } from '../../support/scripted-upstream.ts';
import type { Play } from './cells.ts';
import type { Ask } from './client.ts';
import { anyRequestId, body, row, shown } from './expected.ts';

const usage = { input: 10, output: 5, total: 15 };
const person = { name: 'Ada', age: 36 };
const describes: Ask = { model: 'cluster-model', prompt: 'Ada is 36.' };

/** Clients write more into a schema than it needs. */
const personFormat = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    strict: true,
    schema: expect.objectContaining({
      type: 'object',
      properties: {
        name: expect.objectContaining({ type: 'string' }),
        age: expect.objectContaining({ type: 'integer' }),
      },
      required: ['name', 'age'],
      additionalProperties: false,
    }),
  },
};

const described = (ask: Ask): Play => ({
  name: `an object (${ask.model})`,
  way: 'object',
  ask,
  scripts: [whole(completion({ choices: [choice({ message: { content: JSON.stringify(person) } })] }))],
  sent: [body(ask, { response_format: personFormat })],
  seen: {
    object: person,
    finish: 'stop',
    role: 'assistant',
    model: ask.model,
    requestId: anyRequestId,
    usage: shown(usage),
  },
  rows: [row(ask, usage)],
});

/** One red pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

const looksAt = (name: string, image: string): Play => {
  const ask: Ask = { model: 'cluster-model', prompt: 'What is this?', image };
  return {
    name,
    way: 'whole',
    ask,
    scripts: [whole()],
    sent: [
      body(ask, {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: ask.prompt },
              { type: 'image_url', image_url: { url: image } },
            ],
          },
        ],
      }),
    ],
    seen: {
      text: 'Hello, world!',
      finish: 'stop',
      role: 'assistant',
      model: ask.model,
      requestId: anyRequestId,
      usage: shown(usage),
    },
    rows: [row(ask, usage)],
  };
};

export const formatCells = {
  'JSON schema': [described(describes), described({ ...describes, model: 'gpt-5.1' })],
  image: [
    looksAt('a data URL', `data:image/png;base64,${pixel}`),
    looksAt('an https URL', 'https://images.example.com/cat.png'),
  ],
};
