// The fields of an object as a reader sees them: name, type, default, range, and what is inside, folded.
import { type Html, html, inline } from './html.ts';
import { type Components, type Member, rangeOf, type Shape, viewOf } from './schema-view.ts';

/** `path`: what stands before the names of the members, so that each field has an address of its own. */
export function renderShape(shape: Shape, components: Components, path: string): Html {
  const views = shape.members.map((member) => ({ member, view: viewOf(member.schema, components) }));
  const current = views.filter(({ view }) => !view.deprecated);
  const deprecated = views.filter(({ view }) => view.deprecated);
  return html`<ul class="fields">${current.map(({ member }) => renderField(member, components, path))}</ul>${
    deprecated.length > 0 &&
    html`<details class="children"><summary>Deprecated: ${deprecated.map(({ member }) => member.name).join(', ')}</summary>
<ul class="fields">${deprecated.map(({ member }) => renderField(member, components, path))}</ul></details>`
  }`;
}

function renderField(member: Member, components: Components, path: string): Html {
  const view = viewOf(member.schema, components);
  const address = `${path}.${member.name}`;
  const range = rangeOf(view);
  // A literal is what tells shapes apart: the value says it all.
  const literal = view.options.length === 1 && view.description === undefined;
  return html`<li class="field" id="${address}">
<div class="field-head"><a class="field-name" href="#${address}"><code>${member.name}</code></a> <span class="type">${view.type}${member.required && view.nullable && ' or null'}</span>${
    view.default !== undefined &&
    html` <span class="default">default: <code>${JSON.stringify(view.default)}</code></span>`
  }${member.required && html` <span class="required">required</span>`}${
    view.deprecated && html` <span class="deprecated">deprecated</span>`
  }</div>
${view.description !== undefined && html`<p>${inline(view.description)}</p>`}${
  view.options.length > 0 &&
  html`<p class="facts">${literal ? 'Always' : 'Available options:'} ${view.options.map((option, index) => html`${index > 0 && ', '}<code>${option}</code>`)}</p>`
}${range !== undefined && html`<p class="facts">Required range: <code>${range}</code></p>`}${view.limits.map(
  (limit) => html`<p class="facts">${inline(limit)}</p>`,
)}${renderChildren(view.shapes, components, address)}</li>
`;
}

function renderChildren(shapes: readonly Shape[], components: Components, path: string): Html {
  const [only] = shapes;
  if (!only) return html``;
  if (shapes.length === 1) {
    return html`<details class="children"><summary>${only.members.length === 1 ? '1 member' : `${only.members.length} members`}</summary>${renderShape(only, components, path)}</details>`;
  }
  return html`${shapes.map(
    (shape, index) =>
      html`<details class="children"><summary>${shape.title ?? 'Object'}</summary>${renderShape(shape, components, `${path}.${index + 1}`)}</details>`,
  )}`;
}
