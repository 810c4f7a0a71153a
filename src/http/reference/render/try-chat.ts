// Trying a chat completion: a form made from the schema of the request, the same request as JSON, and the answer.
import { type Html, html } from './html.ts';
import { examplesOf, type MediaType } from './operation-view.ts';
import { renderKeyField, renderTabs } from './panels.ts';
import { type Components, rangeOf, type SchemaView, viewOf } from './schema-view.ts';

/** Fields that have a control; everything else is a matter of the JSON tab. */
const controls = [
  'temperature',
  'top_p',
  'max_completion_tokens',
  'n',
  'frequency_penalty',
  'presence_penalty',
  'reasoning_effort',
  'verbosity',
  'seed',
  'stop',
] as const;

export function renderChatTrial(body: MediaType, components: Components): Html {
  const [shape] = viewOf(body.schema, components).shapes;
  const members = shape?.members ?? [];
  const fields = members.filter(({ name }) => (controls as readonly string[]).includes(name));
  return html`<form class="card trial" id="createChatCompletion-try" novalidate data-try-chat data-known="${members.map(({ name }) => name).join(' ')}">
<h3 class="card-title">Try it</h3>
${renderKeyField('chat')}
<div class="control"><label for="chat-example">Start from</label><select id="chat-example">${examplesOf(
    body,
  ).map(
    ({ summary, value }) => html`<option value="${JSON.stringify(value)}">${summary}</option>`,
  )}</select></div>
${renderTabs('chat-request', 'Form of the request', [
  {
    label: 'Form',
    content: html`<div class="control"><label for="chat-model">model</label><select id="chat-model"></select><p class="note" data-models-note>The key shows which models there are.</p></div>
<fieldset class="messages"><legend>messages</legend><div data-messages></div><button type="button" data-add-message>Add a message</button></fieldset>
<div class="control check"><input type="checkbox" id="chat-stream"><label for="chat-stream">stream</label></div>
<details class="more"><summary>More parameters</summary><div class="grid">${fields.map(({ name, schema }) => renderControl(name, viewOf(schema, components)))}</div></details>
<p class="note" data-elsewhere hidden></p>`,
  },
  {
    label: 'JSON',
    content: html`<label class="visually-hidden" for="chat-json">Request as JSON</label><textarea id="chat-json" rows="16" spellcheck="false" autocapitalize="off"></textarea>`,
  },
])}
<p class="problem" role="alert" hidden></p>
<div class="row actions"><button type="submit" class="primary">Send</button><button type="button" data-cancel disabled>Cancel</button><span class="note keys">Ctrl + Enter sends, too.</span></div>
<div class="answer" data-answer hidden></div>
</form>`;
}

function renderControl(name: string, view: SchemaView): Html {
  const id = `chat-${name}`;
  const label = html`<label for="${id}">${name}</label>`;
  const otherwise = view.default === undefined ? 'not sent' : `default: ${String(view.default)}`;
  if (view.options.length > 0) {
    return html`<div class="control">${label}<select id="${id}" data-field="${name}"><option value="">${otherwise}</option>${view.options.map((option) => html`<option>${option}</option>`)}</select></div>`;
  }
  if (view.type === 'integer' || view.type === 'number') {
    const { minimum, maximum } = view;
    const range = rangeOf(view);
    return html`<div class="control">${label}<input id="${id}" data-field="${name}" data-type="number" type="number" step="${view.type === 'integer' ? '1' : 'any'}"${
      minimum !== undefined && html` min="${minimum}"`
    }${maximum !== undefined && html` max="${maximum}"`} placeholder="${otherwise}">${range && html`<p class="note">${range}</p>`}</div>`;
  }
  return html`<div class="control wide">${label}<textarea id="${id}" data-field="${name}" data-type="lines" rows="2" placeholder="one text a line" spellcheck="false"></textarea></div>`;
}
