// Everything that goes with each request beside the conversation.
import { useQuery } from '@tanstack/react-query';
import type { ListOf, Project } from '../../../../api/contract.ts';
import { resource } from '../../../../api/queries.ts';
import { Combobox } from '../../../../ui/combobox.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Textarea } from '../../../../ui/input.tsx';
import { usePlaygroundSession, usePlaygroundView } from '../../view/context.ts';
import { FormatSection } from './format-section.tsx';
import { ParametersSection } from './parameters-section.tsx';
import { ToolsSection } from './tools-section.tsx';

export const defaultProject = 'default';

export function SettingsPanel({ nextId }: { readonly nextId: () => string }) {
  const { playground } = usePlaygroundView();
  const { system, project } = usePlaygroundSession();
  const projects = useQuery(resource<ListOf<Project>>('/projects', { archived: false, limit: 200 }));
  return (
    <div>
      <div className="space-y-4 border-line border-b p-4">
        <Field label="System prompt" hint="Sent before the conversation, to every model here.">
          {(control) => (
            <Textarea
              {...control}
              rows={4}
              className="field-sizing-content max-h-64 min-h-20"
              value={system}
              placeholder="You are a helpful assistant."
              onChange={(event) => {
                const { value } = event.target;
                playground.update((session) => ({ ...session, system: value }));
              }}
            />
          )}
        </Field>
        <Field label="Project" hint="Requests count for it and for a playground key of yours in it.">
          {(control) => (
            <Combobox
              control={control}
              value={project ?? defaultProject}
              placeholder="Choose a project"
              options={projects.data?.data.map(({ name }) => ({ value: name, label: name }))}
              onValue={(next) =>
                playground.update(({ project: _, ...session }) =>
                  next === null || next === defaultProject ? session : { ...session, project: next },
                )
              }
            />
          )}
        </Field>
      </div>
      <ParametersSection />
      <ToolsSection nextId={nextId} />
      <FormatSection />
    </div>
  );
}
