// The page of its area.
export { ProjectsPage } from './projects-page.tsx';
