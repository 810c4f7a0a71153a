// One operation of the page: what it takes and gives on one side, trying it and code on the other.
import { errorCatalogue } from '../../../core/errors.ts';
import { chatErrors, type ErrorStatus, modelErrors, modelListErrors } from '../openapi/errors.ts';
import { headers } from '../openapi/headers.ts';
import { renderShape } from './fields.ts';
import { type Html, html, inline, prose } from './html.ts';
import { examplesOf, type MediaType, type Operation, type Response } from './operation-view.ts';
import { renderSamples, renderTabs } from './panels.ts';
import { type Components, viewOf } from './schema-view.ts';
import { renderChatTrial } from './try-chat.ts';
import { renderGetTrial } from './try-get.ts';

const errorsOf: Readonly<Record<string, readonly ErrorStatus[]>> = {
  createChatCompletion: chatErrors,
  listModels: modelListErrors,
  retrieveModel: modelErrors,
};

export function renderOperation(operation: Operation, components: Components): Html {
  const { operationId: id, requestBody, responses } = operation;
  const body = requestBody?.content['application/json'];
  return html`<section class="operation" id="${id}" aria-labelledby="${id}-title">
<div class="text">
<h2 id="${id}-title"><a href="#${id}">${operation.summary}</a></h2>
<p class="route"><span class="method ${operation.method.toLowerCase()}">${operation.method}</span> <code>${operation.path}</code> <a class="jump" href="#${id}-try">Try it</a></p>
${prose(operation.description)}
${operation.needsKey && renderAuthorization(id)}
${operation.parameters && renderParameters(operation, components)}
${body && renderBody(id, body, components)}
${renderResponses(id, responses, components)}
</div>
<div class="aside">
${body ? renderChatTrial(body, components) : renderGetTrial(operation)}
${renderSamples(id)}
${renderAnswerExamples(id, responses)}
</div>
</section>
`;
}

function renderAuthorization(id: string): Html {
  return html`<h3 id="${id}-authorization">Authorization</h3>
<ul class="fields"><li class="field"><div class="field-head"><code class="field-name">Authorization</code> <span class="type">string</span> <span class="type">header</span> <span class="required">required</span></div>
<p><code>Bearer sk-tg-…</code>, a key of this gateway. See <a href="#authentication">Authentication</a>.</p></li></ul>`;
}

function renderParameters({ operationId, parameters = [] }: Operation, components: Components): Html {
  const kinds = [
    ['path', 'Path parameters'],
    ['header', 'Header parameters'],
  ] as const;
  return html`${kinds.map(([kind, title]) => {
    const members = parameters
      .filter((parameter) => parameter.in === kind)
      .map(({ name, required, schema, description }) => ({
        name,
        required,
        schema: { ...schema, description },
      }));
    return members.length === 0
      ? ''
      : html`<h3>${title}</h3>${renderShape({ title: undefined, members }, components, `${operationId}.${kind}`)}`;
  })}`;
}

function renderBody(id: string, { schema }: MediaType, components: Components): Html {
  const [shape] = viewOf(schema, components).shapes;
  if (!shape) return html``;
  return html`<h3 id="${id}-body">Body <span class="media-type">application/json</span></h3>${renderShape(shape, components, id)}`;
}

function renderResponses(
  id: string,
  responses: Readonly<Record<string, Response>>,
  components: Components,
): Html {
  const documented = errorsOf[id] ?? [];
  return html`<h3 id="${id}-responses">Responses</h3>
${Object.entries(responses).map(([status, response]) => {
  const group = documented.find((errors) => String(errors.status) === status);
  return group
    ? renderErrors(id, group, response)
    : html`<details class="response" id="${id}-${status}"><summary><span class="status ${classOf(status)}">${status}</span> <span>${inline(firstSentence(response.description))}</span></summary>
${prose(response.description)}
${Object.entries(response.content).map(([type, { schema }]) => {
  const [shape] = viewOf(schema, components).shapes;
  return html`<h4>${type === 'text/event-stream' ? 'Each event' : 'Body'} <span class="media-type">${type}</span></h4>${shape && renderShape(shape, components, `${id}.${status}.${type.split('/').at(-1) ?? ''}`)}`;
})}
${renderHeaders(response)}</details>
`;
})}`;
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /, 1)[0] ?? text;
}

function classOf(status: string): string {
  return status.startsWith('2') ? 'good' : 'bad';
}

function renderErrors(id: string, { status, errors }: ErrorStatus, response: Response): Html {
  return html`<details class="response" id="${id}-${status}"><summary><span class="status bad">${status}</span> <span>${inline(response.description)}</span></summary>
<ul class="errors">${errors.map(
    (
      error,
    ) => html`<li><p>${error.code === null ? html`<span class="type">no code</span>` : html`<code>${error.code}</code>`} <span class="type">${error.type}</span></p>
<p>${inline(withPlaces(errorCatalogue[error.name].message))}</p><p class="remedy">${inline(error.remedy)}</p></li>
`,
  )}</ul>${renderHeaders(response)}</details>
`;
}

/** `{limit}` in a message is a place to fill, which `…` says without looking like code; some may stay empty. */
function withPlaces(message: string): string {
  return message.replace(/\{(?:retry|s)\}/g, '').replace(/\{\w+\}/g, '…');
}

function renderHeaders(response: Response): Html {
  const names = Object.keys(response.headers) as (keyof typeof headers)[];
  return html`<details class="children"><summary>Headers</summary><ul class="fields">${names.map(
    (name) =>
      html`<li class="field"><div class="field-head"><code class="field-name">${name}</code> <span class="type">${headers[name].schema.type}</span></div><p>${inline(headers[name].description)}</p></li>
`,
  )}</ul></details>`;
}

/** Answers as they look, by status; of a stream, all its events. */
function renderAnswerExamples(id: string, responses: Readonly<Record<string, Response>>): Html {
  const panels = Object.entries(responses).flatMap(([status, { content }]) =>
    Object.entries(content).map(([type, media]) => {
      const examples = examplesOf(media);
      if (type === 'text/event-stream') {
        const events = examples.map(({ value }) => `data: ${JSON.stringify(value)}\n\n`).join('');
        return {
          label: `${status} stream`,
          content: html`<pre tabindex="0"><code>${events}data: [DONE]</code></pre>`,
        };
      }
      return {
        label: status,
        content: html`${examples.map(
          ({ summary, value }) =>
            html`${examples.length > 1 && html`<p class="example-name">${summary ?? (value as { error?: { code?: string } }).error?.code}</p>`}<pre tabindex="0"><code data-language="json">${JSON.stringify(value, null, 2)}</code></pre>`,
        )}`,
      };
    }),
  );
  return html`<div class="card"><h3 class="card-title">Example answers</h3>${renderTabs(`${id}-answers`, 'Status of the answer', panels)}</div>`;
}
