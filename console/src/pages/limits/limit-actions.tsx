// What can be done to one limit: another amount, more of it at once, or its end. Nothing for what stands in tollgate.yaml.
import { ChevronsUp, Trash2 } from 'lucide-react';
import type { Limit } from '../../api/contract.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { limitWords, scopeWords, shortAmount } from './limit-words.ts';
import { raised } from './raise.ts';
import { useDeleteLimit } from './use-delete-limit.ts';
import { useRaiseLimit } from './use-raise-limit.ts';

interface LimitActionsProps {
  readonly limit: Limit;
  readonly mayChange: boolean;
  readonly onEdit: (limit: Limit) => void;
}

export function LimitActions({ limit, mayChange, onEdit }: LimitActionsProps) {
  const remove = useDeleteLimit();
  const raise = useRaiseLimit();
  if (limit.source === 'config' || !mayChange) return null;
  const { metric } = limit;
  const words = `${scopeWords(limit.scope, limit.scope_names)}: ${limitWords(limit)}`;
  const steps = [125n, 200n].map((percent) => raised(metric, String(limit.amount), percent));
  return (
    <span className="inline-flex shrink-0 items-center gap-1">
      <Button size="sm" variant="ghost" onClick={() => onEdit(limit)} aria-label={`Change ${words}`}>
        Change
      </Button>
      <Menu label={`More for ${words}`}>
        {Number(limit.amount) > 0
          ? steps.map((amount, index) => (
              <MenuItem
                key={amount}
                icon={<ChevronsUp size={14} />}
                onSelect={() => raise.mutate({ limit, amount })}
              >
                {index === 0 ? 'Raise by 25%' : 'Double'} to {shortAmount(metric, amount)}
              </MenuItem>
            ))
          : null}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 size={14} />} onSelect={() => remove.mutate(limit)}>
          Delete
        </MenuItem>
      </Menu>
    </span>
  );
}
