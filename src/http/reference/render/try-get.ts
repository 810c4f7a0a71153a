// Trying an operation that only reads: the key, the parameters, a button, and the answer.
import { type Html, html } from './html.ts';
import type { Operation } from './operation-view.ts';
import { renderKeyField } from './panels.ts';

export function renderGetTrial({ operationId: id, path, parameters = [], needsKey }: Operation): Html {
  return html`<form class="card trial" id="${id}-try" data-try-get data-operation="${id}" data-path="${path}"${needsKey && html` data-needs-key`}>
<h3 class="card-title">Try it</h3>
${needsKey && renderKeyField(id)}
${parameters.map(
  ({ name, example }) =>
    html`<div class="control"><label for="${id}-${name}">${name}</label><input id="${id}-${name}" name="${name}" data-parameter required value="${example}" autocapitalize="off" spellcheck="false"></div>`,
)}
<div class="row actions"><button type="submit" class="primary">Send</button></div>
<p class="problem" role="alert" hidden></p>
<div class="answer" data-answer hidden></div>
</form>`;
}
