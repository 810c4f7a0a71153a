// The pages of its area.
export { ProviderPage } from './provider-page.tsx';
export { ProvidersPage } from './providers-page.tsx';
