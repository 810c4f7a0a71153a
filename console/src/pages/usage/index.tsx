// The page of its area.
export { UsagePage } from './usage-page.tsx';
