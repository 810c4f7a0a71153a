// The whole reference page as HTML, made from the OpenAPI document. What moves is added by the modules in page/.
import type { OpenApiDocument } from '../openapi/document.ts';
import { type Html, html, inline, prose } from './html.ts';
import { renderOperation } from './operation.ts';
import { type Operation, operationsOf } from './operation-view.ts';

export function renderPage(document: OpenApiDocument): string {
  const { info, tags, components } = document;
  const operations = operationsOf(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API reference · Tollgate</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${info.summary}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/page.css">
<script type="module" src="/docs/main.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><a class="brand" href="#introduction"><img src="/docs/icon.svg" alt="" width="24" height="24">Tollgate</a><span class="version">${info.version}</span><a class="top-link" href="/openapi.json">openapi.json</a></header>
<div class="frame">
<nav class="side" aria-label="Contents"><details open><summary>Contents</summary>
<p class="side-title">Start</p><ul><li><a href="#introduction">Introduction</a></li><li><a href="#authentication">Authentication</a></li><li><a href="#errors">Errors</a></li></ul>
${tags.map((tag) => renderContents(tag.name, operations))}</details></nav>
<main id="main">
<section class="intro" id="introduction">
<h1>API reference</h1>
<p class="lead">${info.summary}</p>
${prose(info.description)}
<p class="base">Base URL <code data-base-url>/v1</code> <button type="button" data-copy-base>Copy</button></p>
<noscript><p class="problem">Trying requests and the code samples need JavaScript; the reference itself does not.</p></noscript>
</section>
<section class="intro" id="authentication">
<h2><a href="#authentication">Authentication</a></h2>
<p>${inline(components.securitySchemes.apiKey.description)}</p>
</section>
<section class="intro" id="errors">
<h2><a href="#errors">Errors</a></h2>
<p>A request that fails is answered with its HTTP status and <code>{"error": {"message", "type", "param", "code"}}</code>. <code>message</code> says what to do, <code>param</code> names the field, <code>code</code> is for programs. Every answer carries <code>x-request-id</code>; the operator finds the request by it. A stream that breaks off ends with the same object as its last event, and without <code>[DONE]</code>.</p>
</section>
${tags.map(
  (
    tag,
  ) => html`<header class="tag"><p class="tag-name">${tag.name}</p><p>${inline(tag.description)}</p></header>
${operations.filter((operation) => operation.tags.includes(tag.name)).map((operation) => renderOperation(operation, components.schemas))}`,
)}
</main>
</div>
</body>
</html>
`.text;
}

function renderContents(tag: string, operations: readonly Operation[]): Html {
  return html`<p class="side-title">${tag}</p><ul>${operations
    .filter(({ tags }) => tags.includes(tag))
    .map(
      ({ operationId, summary, method }) =>
        html`<li><a href="#${operationId}"><span class="method ${method.toLowerCase()}">${method}</span> ${summary}</a></li>`,
    )}</ul>`;
}
