// To the request before and the one after, by button or by `j` and `k`.
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { RequestDetail } from '../../../api/contract.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useNeighbourKeys, useNeighbours } from './use-neighbours.ts';

interface NeighbourButtonsProps {
  readonly id: string;
  readonly request: RequestDetail | undefined;
}

export function NeighbourButtons({ id, request }: NeighbourButtonsProps) {
  const neighbours = useNeighbours(id, request);
  useNeighbourKeys(neighbours);
  const navigate = useNavigate();
  const go = (to: string | undefined) => {
    if (to !== undefined) void navigate({ to: '/requests/$id', params: { id: to }, replace: true });
  };
  return (
    <>
      <IconButton
        variant="secondary"
        label="Newer request (k)"
        icon={<ChevronUp size={16} />}
        disabled={neighbours.newer === undefined}
        onClick={() => go(neighbours.newer)}
      />
      <IconButton
        variant="secondary"
        label="Older request (j)"
        icon={<ChevronDown size={16} />}
        disabled={neighbours.older === undefined}
        onClick={() => go(neighbours.older)}
      />
    </>
  );
}
