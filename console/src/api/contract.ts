// The types of the admin API, as the gateway declares them. Nothing else of the gateway's sources is known here.
export type * from '../../../src/admin/contract.ts';
