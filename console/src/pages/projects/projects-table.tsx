// Projects as rows, and as cards on phones.
import { Link } from '@tanstack/react-router';
import { Archive, ArchiveRestore, Gauge, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Project } from '../../api/contract.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { plural } from '../../ui/format/quantity.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Money, TimeAgo } from '../../ui/values.tsx';
import { SpendCell } from '../keys/spend-cell.tsx';
import { useArchiveProject } from './use-archive-project.ts';

type Act = (what: 'edit' | 'archive' | 'limits', project: Project) => void;

interface ProjectsTableProps {
  readonly rows: readonly Project[] | undefined;
  readonly stale: boolean;
  readonly mayChange: boolean;
  readonly empty: ReactNode;
  readonly onDo: Act;
}

export function ProjectsTable({ rows, stale, mayChange, empty, onDo }: ProjectsTableProps) {
  const menu = (project: Project) => <ProjectMenu subject={project} mayChange={mayChange} onDo={onDo} />;
  const columns: readonly Column<Project>[] = [
    {
      id: 'name',
      header: 'Name',
      className: 'min-w-40',
      cell: (project) => (
        <div className="min-w-0 max-w-80">
          <span dir="auto" className="block truncate font-medium" title={project.name}>
            {project.name}
          </span>
          <span dir="auto" className="block truncate text-faint text-xs">
            {project.organization}
          </span>
        </div>
      ),
    },
    { id: 'status', header: 'Status', cell: (project) => <Status project={project} /> },
    { id: 'keys', header: 'Keys', align: 'right', cell: (project) => <Keys project={project} /> },
    {
      id: 'spend',
      header: 'Spend this month',
      align: 'right',
      cell: (project) => <Money usd={project.spend_usd} />,
    },
    {
      id: 'limit',
      header: 'Used of its tightest limit',
      className: 'min-w-52 max-w-72',
      cell: (project) => <SpendCell of={project} own="project" />,
    },
    {
      id: 'created',
      header: 'Created',
      className: 'text-muted max-lg:hidden',
      cell: (project) => <TimeAgo at={project.created_at} />,
    },
    {
      id: 'actions',
      header: <span className="sr-only">Actions</span>,
      align: 'right',
      className: 'w-px',
      cell: menu,
    },
  ];
  return (
    <DataTable
      label="Projects"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      stale={stale}
      empty={empty}
      card={(project) => (
        <div className="space-y-2">
          <div className="flex items-start justify-between gap-2">
            <bdi className="min-w-0 break-words font-medium">{project.name}</bdi>
            <span className="flex items-center gap-1">
              <Status project={project} />
              {menu(project)}
            </span>
          </div>
          <SpendCell of={project} own="project" />
          <p className="text-faint text-xs">
            {project.organization} · <Keys project={project} words /> · <Money usd={project.spend_usd} /> this
            month
          </p>
        </div>
      )}
    />
  );
}

function Status({ project }: { readonly project: Project }) {
  return project.archived ? (
    <StatusDot tone="warn" title="Its keys get 403.">
      Archived
    </StatusDot>
  ) : (
    <StatusDot tone="good">Active</StatusDot>
  );
}

function Keys({ project, words = false }: { readonly project: Project; readonly words?: boolean }) {
  const count = plural(project.keys, 'key');
  return (
    <Link
      to="/keys"
      search={{ project: project.id } as never}
      aria-label={`${count} of ${project.name}`}
      className="text-accent-text hover:underline"
    >
      {words ? count : project.keys.toLocaleString('en-US')}
    </Link>
  );
}

interface ProjectMenuProps {
  readonly subject: Project;
  readonly mayChange: boolean;
  readonly onDo: Act;
}

function ProjectMenu({ subject, mayChange, onDo }: ProjectMenuProps) {
  const archive = useArchiveProject();
  return (
    <Menu label={`Actions of “${subject.name}”`}>
      <MenuItem icon={<Gauge size={14} />} onSelect={() => onDo('limits', subject)}>
        Limits
      </MenuItem>
      {mayChange ? (
        <MenuItem icon={<Pencil size={14} />} onSelect={() => onDo('edit', subject)}>
          Edit…
        </MenuItem>
      ) : null}
      {mayChange && subject.archived ? (
        <MenuItem
          icon={<ArchiveRestore size={14} />}
          onSelect={() => archive.mutate({ project: subject, archived: false })}
        >
          Restore
        </MenuItem>
      ) : null}
      {mayChange && !subject.archived ? (
        <MenuItem danger icon={<Archive size={14} />} onSelect={() => onDo('archive', subject)}>
          Archive…
        </MenuItem>
      ) : null}
    </Menu>
  );
}
