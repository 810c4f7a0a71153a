// A key that two people changed at once, field by field: what is stored now beside what one would save. Pure.
import type { KeyDetail } from '../../api/contract.ts';
import type { ConflictField } from '../../ui/conflict-dialog.tsx';
import { draftOf, type KeyDraft, linesOf } from './key-draft.ts';
import { modelsWords, statusWords } from './key-words.ts';

/** Fields that one has not changed oneself stay as they are stored. */
export function conflictFields(theirs: KeyDetail, before: KeyDraft, yours: KeyDraft): ConflictField[] {
  const stored = draftOf(theirs);
  const fields = readers.map(({ name, read }) => {
    const mine = read(yours) === read(before) ? read(stored) : read(yours);
    const changed = read(stored) !== read(before) || mine !== read(stored);
    return { name, theirs: read(stored), yours: mine, differs: changed };
  });
  // Disabled or revoked meanwhile: no field of the form, but worth knowing.
  const status = statusWords[theirs.status];
  return fields.some(({ differs }) => differs)
    ? fields
    : [{ name: 'Status', theirs: status, yours: `${status} (stays)`, differs: true }];
}

const readers: readonly { readonly name: string; readonly read: (draft: KeyDraft) => string }[] = [
  { name: 'Name', read: ({ name }) => name.trim() },
  { name: 'Models', read: ({ models }) => (models.length === 0 ? modelsWords(null) : models.join(', ')) },
  { name: 'Expires', read: ({ expires }) => (expires === '' ? 'never' : expires.replace('T', ' ')) },
  { name: 'Allowed addresses', read: ({ ips }) => linesOf(ips).join(', ') || 'anywhere' },
  { name: 'Unknown fields', read: ({ strictParams }) => (strictParams ? 'refused' : 'passed on') },
  { name: 'Reasoning alias', read: ({ reasoningAlias }) => (reasoningAlias ? 'on' : 'off') },
  { name: 'Longest answer', read: ({ maxOutputTokens }) => maxOutputTokens || 'as the model allows' },
  { name: 'Content logging', read: ({ logContent }) => logContent },
];
