// The one part of the admin API that the server loads at its start: the rest comes with the first request for it, so that a
// gateway nobody administers pays neither memory nor start-up time.
import type { AdminParts } from '../admin/admin.ts';
import type { AdminApi } from '../admin/api.ts';
import type { Exchange } from '../core/exchange.ts';

export function createAdminEndpoint(parts: AdminParts): AdminApi {
  let loading: Promise<AdminApi> | undefined;
  return async function admin(exchange: Exchange): Promise<void> {
    loading ??= import('../admin/admin.ts').then(({ createAdmin }) => createAdmin(parts));
    let api: AdminApi;
    try {
      api = await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
    await api(exchange);
  };
}
