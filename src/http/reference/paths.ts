// The addresses of the reference page and the OpenAPI document. What is there is made elsewhere.

/** The browser's modules, beside this file in `page/`. */
export const pageFiles = [
  'page.css',
  'icon.svg',
  'main.js',
  'answer-view.js',
  'api-key.js',
  'copy.js',
  'element.js',
  'highlight.js',
  'message-rows.js',
  'navigation.js',
  'read-answer.js',
  'read-events.js',
  'request-form.js',
  'samples.js',
  'tabs.js',
  'try-chat.js',
  'try-get.js',
] as const;

export const referencePaths: readonly string[] = [
  '/docs',
  '/openapi.json',
  ...pageFiles.map((file) => `/docs/${file}`),
];
