// The addresses of the console. The page answers at each place of its router (console/src/app/router.tsx), so that a
// place can be reloaded and shared; what is there is made elsewhere.

/** Where the page itself is the answer, in the form of the server's routes. */
export const consolePages: readonly string[] = [
  '/',
  '/login',
  '/setup',
  '/invite',
  '/reset',
  '/account',
  '/keys',
  '/keys/*',
  '/playground',
  '/requests',
  '/requests/*',
  '/usage',
  '/models',
  '/models/*',
  '/providers',
  '/providers/*',
  '/limits',
  '/projects',
  '/members',
  '/audit',
  '/settings',
];

/** Files of the page: named after their content below `/assets`, and the few whose names stay. */
export const consoleFiles: readonly string[] = ['/assets/*', '/theme.js', '/favicon.svg'];
