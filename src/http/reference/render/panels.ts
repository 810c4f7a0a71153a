// Parts of the page that repeat: tabs, code in three languages, the field for the key.
import { type Html, html } from './html.ts';

export interface Panel {
  readonly label: string;
  readonly content: Html;
}

/** Tabs as the ARIA Authoring Practices have them; the first is shown. */
export function renderTabs(id: string, name: string, panels: readonly Panel[]): Html {
  return html`<div class="tabs" data-tabs><div class="tablist" role="tablist" aria-label="${name}">${panels.map(
    ({ label }, index) =>
      html`<button type="button" role="tab" id="${id}-tab-${index}" aria-controls="${id}-panel-${index}" aria-selected="${String(index === 0)}"${index > 0 && html` tabindex="-1"`}>${label}</button>`,
  )}</div>${panels.map(
    ({ content }, index) =>
      html`<div role="tabpanel" id="${id}-panel-${index}" aria-labelledby="${id}-tab-${index}"${index > 0 && html` hidden`}>${content}</div>`,
  )}</div>`;
}

const languages = [
  ['curl', 'curl'],
  ['javascript', 'JavaScript'],
  ['python', 'Python'],
] as const;

/** Filled by the page's own script, since only the browser knows the address of the gateway. */
export function renderSamples(id: string): Html {
  return html`<div class="card samples" data-samples="${id}"><div class="card-head"><h3 class="card-title">Code</h3><button type="button" class="small" data-copy>Copy</button></div>${renderTabs(
    `${id}-samples`,
    'Language',
    languages.map(([language, label]) => ({
      label,
      content: html`<pre tabindex="0"><code data-language="${language}"></code></pre>`,
    })),
  )}<p class="note">The code reads the key from <code>TOLLGATE_API_KEY</code> in the environment.</p></div>`;
}

/** All of a page's key fields show the same key. */
export function renderKeyField(id: string): Html {
  return html`<div class="control key"><label for="${id}-key">API key</label>
<div class="row"><input id="${id}-key" type="password" data-api-key autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="sk-tg-…" aria-describedby="${id}-key-note"><button type="button" data-reveal aria-pressed="false">Show</button></div>
<p class="note" id="${id}-key-note">Stays in this tab and goes to this gateway only.</p></div>`;
}
