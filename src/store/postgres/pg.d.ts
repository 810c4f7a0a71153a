// The part of `pg` (node-postgres) that the store uses: one client, queries in a pipeline, notifications. The package
// brings no types of its own.
declare module 'pg' {
  import type { EventEmitter } from 'node:events';
  import type { Writable } from 'node:stream';

  export interface ClientConfig {
    readonly connectionString?: string;
    readonly application_name?: string;
    readonly connectionTimeoutMillis?: number;
    /** On the server, in ms. */
    readonly statement_timeout?: number;
    /** Of the client, in ms: the connection is given up when a query takes longer. */
    readonly query_timeout?: number;
    readonly keepAlive?: boolean;
    /** Queries are sent without waiting for the answers of those before. */
    readonly pipeline?: boolean;
    readonly types?: { getTypeParser(oid: number, format?: string): (text: string) => unknown };
  }

  export interface QueryConfig {
    readonly text: string;
    readonly values?: readonly unknown[];
    /** The server keeps the parsed statement under this name for the connection. */
    readonly name?: string;
  }

  export interface QueryResult {
    readonly rows: Record<string, unknown>[];
    readonly rowCount: number | null;
    /** `SELECT`, `UPDATE`, `COMMIT`, `ROLLBACK`, … */
    readonly command: string;
  }

  export class Client extends EventEmitter {
    constructor(config?: ClientConfig);
    readonly host: string;
    readonly port: number;
    readonly connection: { readonly stream: Writable };
    connect(): Promise<unknown>;
    query(query: string | QueryConfig, values?: readonly unknown[]): Promise<QueryResult>;
    end(): Promise<void>;
  }

  export const types: { getTypeParser(oid: number, format?: string): (text: string) => unknown };

  const pg: { readonly Client: typeof Client; readonly types: typeof types };
  export default pg;
}
