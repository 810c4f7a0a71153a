// Stored secrets in any database that runs a list of queries as one transaction. Every change first takes the one row
// of `secrets_state` from the revision it has seen to its own; the other statements do nothing where that failed.
import type { Compilable, InferResult, Kysely } from 'kysely';
import type {
  SealedSecret,
  SealedSecrets,
  SecretChange,
  SecretStoreReader,
  SecretStoreWriter,
} from '../../core/secrets.ts';
import { StoreError } from '../../core/store.ts';
import { type QueryRunner, runAll } from './query-runner.ts';
import type { Schema } from './schema.ts';

export function createSecretStore(
  db: Kysely<Schema>,
  runner: QueryRunner,
): { readonly reader: SecretStoreReader; readonly writer: SecretStoreWriter } {
  const run = (queries: readonly Compilable[]) => runAll(runner, queries);
  const selectAll = selectSecrets(db);
  const selectRevision = db.selectFrom('secrets_state').select('revision');

  return {
    reader: {
      sealedSecrets: async () => {
        const [rows] = await run([selectAll]);
        return secretsFromRows(rows as InferResult<typeof selectAll>);
      },
      secretsRevision: async () => {
        const [rows] = await run([selectRevision]);
        return stateOf(rows as InferResult<typeof selectRevision>).revision;
      },
    },
    writer: {
      changeSecrets: async (change) => {
        const [taken] = await run([
          takeRevision(db, change),
          ...change.put.map((secret) => upsertSecret(db, secret, change.revision)),
          ...change.remove.map((name) => deleteSecret(db, name, change.revision)),
        ]);
        return taken?.length === 1;
      },
    },
  };
}

/** One query, so that the rows and their revision are of one moment; without secrets one row of nulls. */
function selectSecrets(db: Kysely<Schema>) {
  return db
    .selectFrom('secrets_state')
    .leftJoin('secrets', (join) => join.onTrue())
    .selectAll('secrets')
    .select(['secrets_state.revision', 'secrets_state.key_id as state_key_id'])
    .orderBy('secrets.name');
}

function secretsFromRows(rows: InferResult<ReturnType<typeof selectSecrets>>): SealedSecrets {
  const { revision, state_key_id: keyId } = stateOf(rows);
  const secrets = rows.flatMap((row): SealedSecret[] =>
    row.name === null
      ? []
      : [
          {
            name: row.name,
            keyId: row.key_id ?? '',
            nonce: row.nonce ?? '',
            ciphertext: row.ciphertext ?? '',
            createdAt: Number(row.created_at),
            updatedAt: Number(row.updated_at),
          },
        ],
  );
  return { revision, keyId, secrets };
}

function stateOf<Row>(rows: readonly Row[] | undefined): Row {
  const [state] = rows ?? [];
  if (state === undefined) {
    throw new StoreError(
      'store_failed',
      'The table secrets_state of the database has lost its row. Restore the database from a backup.',
    );
  }
  return state;
}

function takeRevision(db: Kysely<Schema>, { seen, revision, keyId }: SecretChange) {
  return db
    .updateTable('secrets_state')
    .set({ revision, key_id: keyId })
    .where('revision', '=', seen)
    .returning('id');
}

function upsertSecret(db: Kysely<Schema>, secret: SealedSecret, revision: string) {
  return db
    .insertInto('secrets')
    .columns(['name', 'ciphertext', 'nonce', 'key_id', 'created_at', 'updated_at'])
    .expression(
      db
        .selectFrom('secrets_state')
        .select((eb) => [
          eb.cast<string>(eb.val(secret.name), 'text').as('name'),
          eb.cast<string>(eb.val(secret.ciphertext), 'text').as('ciphertext'),
          eb.cast<string>(eb.val(secret.nonce), 'text').as('nonce'),
          eb.cast<string>(eb.val(secret.keyId), 'text').as('key_id'),
          eb.cast<bigint>(eb.val(secret.createdAt), 'bigint').as('created_at'),
          eb.cast<bigint>(eb.val(secret.updatedAt), 'bigint').as('updated_at'),
        ])
        .where('secrets_state.revision', '=', revision),
    )
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        ciphertext: eb.ref('excluded.ciphertext'),
        nonce: eb.ref('excluded.nonce'),
        key_id: eb.ref('excluded.key_id'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    );
}

function deleteSecret(db: Kysely<Schema>, name: string, revision: string) {
  return db
    .deleteFrom('secrets')
    .where('name', '=', name)
    .where((eb) =>
      eb.exists(
        db
          .selectFrom('secrets_state')
          .select('secrets_state.id')
          .where('secrets_state.revision', '=', revision),
      ),
    );
}
