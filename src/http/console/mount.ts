// The one part of the console that the server loads at its start: the rest comes with the first request for it, so that a
// gateway nobody looks at pays neither memory nor start-up time.
import type { Exchange } from '../../core/exchange.ts';
import type { ConsoleSite } from './site.ts';

/** Answers GET and HEAD of `consolePages` and `consoleFiles`; `false` if the client wants none of it. */
export function createConsoleEndpoint(folder: string | undefined) {
  let loading: Promise<ConsoleSite> | undefined;
  async function site(): Promise<ConsoleSite> {
    loading ??= import('./site.ts').then(({ createConsoleSite }) => createConsoleSite(folder));
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }
  return {
    page: async (exchange: Exchange): Promise<boolean> => (await site()).page(exchange),
    /** For an address nothing is at: the page, which says so, for a browser that somebody has sent there. */
    async lost(exchange: Exchange): Promise<boolean> {
      const { method, headers, url = '/' } = exchange.incoming;
      const looks = (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html');
      if (!looks || /^\/(?:v1|admin|docs|assets)(?:\/|\?|$)/.test(url)) return false;
      return (await site()).page(exchange, 404);
    },
    file: async (exchange: Exchange): Promise<boolean> => (await site()).file(exchange),
  };
}
