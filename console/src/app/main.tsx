// The entry of the console: takes the set-up token out of the address, then shows the router.
import './app.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeSetupToken } from '../api/setup-token.ts';
import { rememberFocus } from '../ui/return-focus.ts';
import { followSystemTheme } from '../ui/theme.ts';
import { ToastProvider } from '../ui/toast.tsx';
import { shareNonce } from './nonce.ts';
import { createQueryClient } from './query-client.ts';
import { createConsoleRouter } from './router.tsx';

const cameToSetUp = takeSetupToken(location, history);
shareNonce();
followSystemTheme();
rememberFocus();
const queryClient = createQueryClient();
const router = createConsoleRouter(queryClient);
if (cameToSetUp) router.history.replace('/setup');
// The link pasted into a tab that shows the console already changes nothing but the fragment.
addEventListener('hashchange', () => {
  if (takeSetupToken(location, history)) void router.navigate({ to: '/setup' });
});

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
