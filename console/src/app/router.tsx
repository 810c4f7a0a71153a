// Every path of the console. Each area is a chunk of its own, loaded when it is first opened; all but login, set-up and
// links are for whoever is signed in. The gateway serves the page at the same paths (src/http/console/paths.ts).
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { ApiError } from '../api/error.ts';
import { takeLinkToken } from '../api/link-token.ts';
import { sessionQuery } from '../api/session.ts';
import { lazyPage } from './lazy-page.tsx';
import { NotFound } from './not-found.tsx';
import { PageError } from './page-error.tsx';
import { PagePending } from './page-pending.tsx';
import { parseSearch, stringifySearch } from './search-params.ts';
import { Shell } from './shell/shell.tsx';

interface RouterContext {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFound });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyPage(() => import('../pages/login/index.tsx'), 'LoginPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyPage(() => import('../pages/setup/index.tsx'), 'SetupPage'),
});

/** Links that administrators hand over. Their token leaves the address before anything else happens. */
const links = [
  createRoute({
    getParentRoute: () => root,
    path: '/invite',
    beforeLoad({ location }) {
      if (takeLinkToken(location.hash)) throw redirect({ to: '/invite', replace: true });
    },
    component: lazyPage(() => import('../pages/login/link-page.tsx'), 'LinkPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reset',
    beforeLoad({ location }) {
      if (takeLinkToken(location.hash)) throw redirect({ to: '/reset', replace: true });
    },
    component: lazyPage(() => import('../pages/login/link-page.tsx'), 'LinkPage'),
  }),
] as const;

/** Asks who is signed in, once; whoever is not goes to the login page and comes back to where they wanted to go. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  async beforeLoad({ context, location }) {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        const next = location.href === '/' ? undefined : location.href;
        throw redirect({ to: '/login', search: { next } as never, replace: true });
      }
      throw error;
    }
  },
});

const inside = { getParentRoute: () => signedIn } as const;

const pages = [
  createRoute({
    ...inside,
    path: '/',
    component: lazyPage(() => import('../pages/overview/index.tsx'), 'OverviewPage'),
  }),
  createRoute({
    ...inside,
    path: '/keys',
    component: lazyPage(() => import('../pages/keys/index.tsx'), 'KeysPage'),
  }),
  createRoute({
    ...inside,
    path: '/keys/$id',
    component: lazyPage(() => import('../pages/keys/index.tsx'), 'KeyPage'),
  }),
  createRoute({
    ...inside,
    path: '/playground',
    component: lazyPage(() => import('../pages/playground/index.tsx'), 'PlaygroundPage'),
  }),
  createRoute({
    ...inside,
    path: '/requests',
    component: lazyPage(() => import('../pages/requests/index.tsx'), 'RequestsPage'),
  }),
  createRoute({
    ...inside,
    path: '/requests/$id',
    component: lazyPage(() => import('../pages/requests/index.tsx'), 'RequestPage'),
  }),
  createRoute({
    ...inside,
    path: '/usage',
    component: lazyPage(() => import('../pages/usage/index.tsx'), 'UsagePage'),
  }),
  createRoute({
    ...inside,
    path: '/models',
    component: lazyPage(() => import('../pages/models/index.tsx'), 'ModelsPage'),
  }),
  createRoute({
    ...inside,
    path: '/models/$name',
    component: lazyPage(() => import('../pages/models/index.tsx'), 'ModelPage'),
  }),
  createRoute({
    ...inside,
    path: '/providers',
    component: lazyPage(() => import('../pages/providers/index.tsx'), 'ProvidersPage'),
  }),
  createRoute({
    ...inside,
    path: '/providers/$name',
    component: lazyPage(() => import('../pages/providers/index.tsx'), 'ProviderPage'),
  }),
  createRoute({
    ...inside,
    path: '/limits',
    component: lazyPage(() => import('../pages/limits/index.tsx'), 'LimitsPage'),
  }),
  createRoute({
    ...inside,
    path: '/projects',
    component: lazyPage(() => import('../pages/projects/index.tsx'), 'ProjectsPage'),
  }),
  createRoute({
    ...inside,
    path: '/members',
    component: lazyPage(() => import('../pages/members/index.tsx'), 'MembersPage'),
  }),
  createRoute({
    ...inside,
    path: '/account',
    component: lazyPage(() => import('../pages/account/index.tsx'), 'AccountPage'),
  }),
  createRoute({
    ...inside,
    path: '/audit',
    component: lazyPage(() => import('../pages/audit/index.tsx'), 'AuditPage'),
  }),
  createRoute({
    ...inside,
    path: '/settings',
    component: lazyPage(() => import('../pages/settings/index.tsx'), 'SettingsPage'),
  }),
] as const;

const routeTree = root.addChildren([login, setup, ...links, signedIn.addChildren(pages)]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultErrorComponent: PageError,
    defaultPendingComponent: PagePending,
    defaultNotFoundComponent: NotFound,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
