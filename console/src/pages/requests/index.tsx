// The pages of requests: the list, live or as history, and one request with all that is known of it.
export { RequestPage } from './detail/request-page.tsx';
export { RequestsPage } from './list/requests-page.tsx';
