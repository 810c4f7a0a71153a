// How the console is built: hashed files under /assets, every style and script from our own origin, a mark in the page
// where the gateway puts the nonce of the answer (src/http/console/).
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The gateway that the development server stands in front of: `TOLLGATE_URL=http://127.0.0.1:9000 npm run console`. */
const gateway = process.env.TOLLGATE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), preloadFont()],
  // The strict policy is the gateway's; the development server inlines modules of its own.
  html: command === 'build' ? { cspNonce: 'NONCE-OF-THIS-ANSWER' } : {},
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What Tailwind 4 needs: @property, color-mix, cascade layers.
    target: ['chrome111', 'safari16.4', 'firefox128'],
    // The policy allows no data: URL for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/admin', '/v1', '/docs', '/openapi.json', '/health', '/ready', '/metrics'].map((path) => [
        path,
        { target: gateway, changeOrigin: false },
      ]),
    ),
  },
}));

/** Asked for with the page instead of after its styles, so that text is not set twice. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => name.endsWith('.woff2'))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${name}` },
            injectTo: 'head' as const,
          })),
    },
  };
}
