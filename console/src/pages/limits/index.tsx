// The page of its area.
export { LimitsPage } from './limits-page.tsx';
