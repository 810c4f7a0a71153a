// The console as answers: the page with a nonce of its own each time, and its files with validators, compressed as they
// were built. Knows nothing of what the console shows.
import { randomBytes } from 'node:crypto';
import type { Exchange } from '../../core/exchange.ts';
import { commonHeaders } from '../../pipeline/respond.ts';
import { type Coding, preferredCoding } from '../reference/coding.ts';
import { acceptsPage } from './accepts.ts';
import { builtConsoleFolder, createConsoleFolder } from './folder.ts';
import { missingPage } from './missing-page.ts';
import { fileHeaders, nonceMark, pageHeaders } from './policy.ts';

export interface ConsoleSite {
  /** Sends the page, with this status; `false` if the client does not want one. */
  page(exchange: Exchange, status?: 200 | 404): Promise<boolean>;
  /** Sends a file of it; `false` if there is none at this address. */
  file(exchange: Exchange): Promise<boolean>;
}

export function createConsoleSite(given: string | undefined): ConsoleSite {
  const folder = createConsoleFolder(given ?? builtConsoleFolder());
  const building = import.meta.url.endsWith('.ts');

  return {
    async page(exchange, status = 200) {
      const { headers, url } = exchange.incoming;
      // At the root it is whoever opens the gateway's address that asks, whatever they accept.
      if (!acceptsPage(headers.accept, pathOf(url) === '/')) return false;
      const nonce = randomBytes(16).toString('base64');
      const index = await folder.index();
      const html = index?.replaceAll(nonceMark, nonce) ?? missingPage(building, nonce);
      exchange.outgoing.writeHead(index === undefined ? 503 : status, {
        ...commonHeaders(exchange.id),
        ...pageHeaders(nonce),
        'content-type': 'text/html; charset=utf-8',
        'content-length': Buffer.byteLength(html),
        // The nonce is for this answer only, so no copy of it may be shown again.
        'cache-control': 'no-store',
        vary: 'accept',
      });
      exchange.outgoing.end(html);
      return true;
    },

    async file(exchange) {
      const { headers, url } = exchange.incoming;
      const path = pathOf(url).slice(1);
      const file = await folder.find(path);
      if (!file) return false;
      const wanted = preferredCoding(text(headers['accept-encoding']));
      const coding = codingOf(wanted, file.codings);
      const etag = `"${file.etag}${coding === 'identity' ? '' : `-${coding}`}"`;
      const answer = {
        ...commonHeaders(exchange.id),
        ...fileHeaders,
        etag,
        vary: 'accept-encoding',
        // The name of an asset is made of its content; the others are asked for anew.
        'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      };
      if (headers['if-none-match']?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) {
        exchange.outgoing.writeHead(304, answer);
        exchange.outgoing.end();
        return true;
      }
      const bytes = await file.bytes(coding);
      exchange.outgoing.writeHead(200, {
        ...answer,
        'content-type': file.type,
        'content-length': bytes.length,
        ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
      });
      exchange.outgoing.end(bytes);
      return true;
    },
  };
}

const pathOf = (url = '/') => url.split('?', 1)[0] ?? '/';
const text = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

function codingOf(wanted: Coding, there: ReadonlySet<Coding>): Coding {
  if (there.has(wanted)) return wanted;
  return 'identity';
}
