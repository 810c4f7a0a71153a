// The form of a link to the playground: what stands behind `/playground#share=`, packed (pack.ts). Pages that have a conversation
// write one; the playground alone reads them, and checks every member.
import type { ImagePart, JsonFormat, Setup } from './setup.ts';

/** What the fragment begins with. */
export const linkMark = '#share=';
export const version = 1;

export interface Shared {
  readonly v: 1;
  readonly models: readonly string[];
  readonly setup: Setup;
  readonly turns: readonly SharedTurn[];
  /** Of a comparison, the turns of the models after the first. */
  readonly others?: readonly (readonly SharedTurn[])[];
}

export type SharedTurn =
  | { readonly role: 'user'; readonly text: string; readonly images?: readonly ImagePart[] }
  | {
      readonly role: 'assistant';
      readonly model: string;
      readonly text: string;
      readonly format?: JsonFormat;
      readonly reasoning?: string;
      readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
      readonly results?: readonly (string | null)[];
    };
