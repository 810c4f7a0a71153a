// What comes from outside the templates cannot become markup.
import { expect, it } from 'vitest';
import { html, inline, prose } from './html.ts';

it('escapes what is put in, also in attributes', () => {
  const hostile = `"><script>alert('&')</script>`;
  expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>',
  );
});

it('takes HTML as it is, lists joined, and leaves out what is not there', () => {
  expect(html`<p>${[html`<b>1</b>`, '<', 2]}${undefined}${null}${false}${0}</p>`.text).toBe(
    '<p><b>1</b>&lt;20</p>',
  );
});

it('knows code and paragraphs', () => {
  expect(html`${inline('a `<b>` c')}`.text).toBe('a <code>&lt;b&gt;</code> c');
  expect(html`${prose('one\n\ntwo `x`')}`.text).toBe('<p>one</p><p>two <code>x</code></p>');
});
