// `/config`: which configuration is in force, and what became of the newest file.
import type { EngineStatus } from '../../core/ports.ts';
import * as contract from '../contract/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

export interface ConfigFacts {
  readonly version: string;
  readonly generation: number;
  readonly file: string | undefined;
  /** Without secrets. */
  readonly refused: string | undefined;
  readonly timeZone: string;
  readonly dataFolder: string;
  /** Without credentials. */
  readonly database: string;
  readonly engine: EngineStatus;
}

export function configEndpoints(facts: () => ConfigFacts): Endpoint[] {
  return [
    endpoint({
      resource: 'config',
      method: 'GET',
      path: '/config',
      summary: 'Which configuration is in force on this node',
      status: 200,
      answer: contract.ConfigState,
      handle: async () => {
        const { version, generation, file, refused, timeZone, dataFolder, database, engine } = facts();
        return {
          body: {
            version,
            generation,
            file: file ?? null,
            refused: refused ?? null,
            time_zone: timeZone,
            data_folder: dataFolder,
            database,
            engine: {
              state: engine.state,
              detail: engine.detail,
              progress: engine.progress ?? null,
              model: engine.model ?? null,
              context_window: engine.contextWindow ?? null,
            },
          },
        };
      },
    }),
  ];
}
