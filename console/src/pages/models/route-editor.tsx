// Edits a route: groups in their order, each with targets and their shares. All of it works by buttons, so by keyboard too.
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import type { Provider } from '../../api/contract.ts';
import { fieldError } from '../../api/error.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { emptyGroup, emptyTarget, type GroupDraft, type TargetDraft } from './model-draft.ts';
import { TargetFields } from './target-fields.tsx';

export interface RouteEditorProps {
  readonly groups: readonly GroupDraft[];
  readonly onGroups: (groups: readonly GroupDraft[]) => void;
  readonly providers: readonly Provider[] | undefined;
  /** What the upstream is asked for where a target names nothing. */
  readonly publicName: string;
  readonly error: unknown;
}

export function RouteEditor({ groups, onGroups, providers, publicName, error }: RouteEditorProps) {
  const change = (index: number, targets: readonly TargetDraft[]) =>
    onGroups(
      targets.length === 0
        ? groups.filter((_, at) => at !== index)
        : groups.map((group, at) => (at === index ? { ...group, targets } : group)),
    );
  const swap = (index: number, other: number) => {
    const next = [...groups];
    [next[index], next[other]] = [next[other] as GroupDraft, next[index] as GroupDraft];
    onGroups(next);
  };
  const routeError = groups.every((_, index) => fieldError(error, `route[${index}]`) === undefined)
    ? fieldError(error, 'route')
    : undefined;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium text-sm">Route</legend>
      <ol className="space-y-2.5">
        {groups.map((group, index) => (
          <li key={group.id} className="rounded-lg border border-line bg-canvas px-3 py-2.5">
            <div className="mb-2 flex items-center justify-between gap-2">
              <h3 className="text-muted text-xs">
                {index === 0
                  ? 'Asked first'
                  : `Then, when ${index === 1 ? 'the first has' : 'those before have'} failed`}
                {group.targets.length > 1 ? ', requests shared by weight' : ''}
              </h3>
              <div className="flex items-center">
                <IconButton
                  size="sm"
                  label={`Move group ${index + 1} up`}
                  icon={<ArrowUp size={14} />}
                  disabled={index === 0}
                  onClick={() => swap(index, index - 1)}
                />
                <IconButton
                  size="sm"
                  label={`Move group ${index + 1} down`}
                  icon={<ArrowDown size={14} />}
                  disabled={index === groups.length - 1}
                  onClick={() => swap(index, index + 1)}
                />
                <IconButton
                  size="sm"
                  label={`Remove group ${index + 1}`}
                  icon={<X size={14} />}
                  disabled={groups.length === 1}
                  onClick={() => change(index, [])}
                />
              </div>
            </div>
            <ul className="space-y-2">
              {group.targets.map((target, place) => (
                <li key={target.id}>
                  <TargetFields
                    target={target}
                    place={`${index + 1}.${place + 1}`}
                    alone={group.targets.length === 1}
                    providers={providers}
                    publicName={publicName}
                    errorAt={(member) => fieldError(error, `route[${index}][${place}].${member}`)}
                    onTarget={(next) =>
                      change(
                        index,
                        group.targets.map((each) => (each.id === target.id ? next : each)),
                      )
                    }
                    onRemove={() =>
                      change(
                        index,
                        group.targets.filter((each) => each.id !== target.id),
                      )
                    }
                  />
                </li>
              ))}
            </ul>
            <Button
              size="sm"
              variant="ghost"
              className="mt-1.5 -ml-2"
              icon={<Plus size={14} />}
              onClick={() => change(index, [...group.targets, emptyTarget()])}
            >
              Share with another target
            </Button>
          </li>
        ))}
      </ol>
      <Button
        size="sm"
        className="mt-2.5"
        icon={<Plus size={14} />}
        onClick={() => onGroups([...groups, emptyGroup()])}
      >
        Add a fallback
      </Button>
      {routeError ? (
        <p role="alert" className="mt-1 text-bad-text text-xs">
          {routeError}
        </p>
      ) : null}
    </fieldset>
  );
}
