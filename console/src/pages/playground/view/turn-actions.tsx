// What can be done to a turn, at its side: go through its versions, change, copy, repeat, delete.
import { ChevronLeft, ChevronRight, Pencil, RotateCcw, ScrollText, Trash2 } from 'lucide-react';
import { IconButton } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';

/** In sight where the pointer or the focus is, and always where there is no pointer. */
export const actionsClass =
  'opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100 max-lg:opacity-100 pointer-coarse:opacity-100';

export interface TurnActionsProps {
  /** `question`, `answer`: for labels. */
  readonly what: string;
  readonly text: string;
  readonly version: { readonly at: number; readonly of: number };
  readonly disabled: boolean;
  readonly onVersion: (by: number) => void;
  readonly onEdit: () => void;
  readonly onRegenerate?: (() => void) | undefined;
  readonly onRaw?: (() => void) | undefined;
  readonly onDelete: () => void;
}

export function TurnActions(props: TurnActionsProps) {
  const { what, text, version, disabled, onVersion, onEdit, onRegenerate, onRaw, onDelete } = props;
  return (
    <div className="flex items-center gap-0.5">
      {version.of > 1 ? (
        <span className="mr-1 inline-flex items-center text-faint text-xs tabular-nums">
          <IconButton
            size="sm"
            label={`Earlier version of this ${what}`}
            icon={<ChevronLeft size={13} />}
            disabled={disabled || version.at === 0}
            onClick={() => onVersion(-1)}
          />
          <span>
            {version.at + 1} / {version.of}
          </span>
          <IconButton
            size="sm"
            label={`Later version of this ${what}`}
            icon={<ChevronRight size={13} />}
            disabled={disabled || version.at === version.of - 1}
            onClick={() => onVersion(1)}
          />
        </span>
      ) : null}
      <CopyButton text={text} label={`Copy ${what}`} />
      <IconButton
        size="sm"
        label={`Edit ${what}`}
        icon={<Pencil size={13} />}
        disabled={disabled}
        onClick={onEdit}
      />
      {onRegenerate ? (
        <IconButton
          size="sm"
          label="Answer again"
          icon={<RotateCcw size={13} />}
          disabled={disabled}
          onClick={onRegenerate}
        />
      ) : null}
      {onRaw ? (
        <IconButton size="sm" label="Request and events" icon={<ScrollText size={13} />} onClick={onRaw} />
      ) : null}
      <IconButton
        size="sm"
        label={`Delete ${what}`}
        icon={<Trash2 size={13} />}
        disabled={disabled}
        onClick={onDelete}
      />
    </div>
  );
}
