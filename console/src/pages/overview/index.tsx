// The page of its area.
export { OverviewPage } from './overview-page.tsx';
