// The tools that the model may call: none of them is run by the gateway, a person answers the calls.
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../../ui/button.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Select } from '../../../../ui/input.tsx';
import { Menu, MenuItem, MenuLabel } from '../../../../ui/menu.tsx';
import type { Session, ToolChoice, ToolDefinition } from '../../conversation/session.ts';
import { usePlaygroundSession, usePlaygroundView } from '../../view/context.ts';
import { toolTemplates } from '../tools.ts';
import { Section } from './section.tsx';
import { ToolDialog } from './tool-dialog.tsx';

const choices = {
  auto: 'When the model sees fit',
  required: 'At least one call',
  none: 'Never',
} as const;

export function ToolsSection({ nextId }: { readonly nextId: () => string }) {
  const { playground, models } = usePlaygroundView();
  const { tools, toolChoice, lanes } = usePlaygroundSession();
  const [edited, setEdited] = useState<ToolDefinition>();
  const change = (next: Partial<Pick<Session, 'tools' | 'toolChoice'>>) =>
    playground.update((session) => ({ ...session, ...next }));
  const blind = lanes.find(
    ({ model }) => models.find(({ name }) => name === model)?.takes.tools === false,
  )?.model;
  const save = (tool: ToolDefinition) => {
    const known = tools.some(({ id }) => id === tool.id);
    change({ tools: known ? tools.map((each) => (each.id === tool.id ? tool : each)) : [...tools, tool] });
    setEdited(undefined);
  };
  return (
    <Section title="Tools" note={tools.length === 0 ? 'none' : String(tools.length)}>
      {blind === undefined ? null : (
        <p className="text-warn-text text-xs">{blind} takes no tools: requests with tools are refused.</p>
      )}
      {tools.length === 0 ? (
        <p className="text-muted text-sm">
          Describe a function; the model calls it, you play its part and give the result.
        </p>
      ) : (
        <ul className="space-y-1">
          {tools.map((tool) => (
            <li
              key={tool.id}
              className="flex items-center justify-between gap-2 rounded-md border border-line py-0.5 pr-0.5 pl-2.5"
            >
              <span className="min-w-0 truncate font-mono text-xs" title={tool.description}>
                {tool.name}
              </span>
              <span className="flex shrink-0">
                <IconButton
                  size="sm"
                  label={`Edit ${tool.name}`}
                  icon={<Pencil size={13} />}
                  onClick={() => setEdited(tool)}
                />
                <IconButton
                  size="sm"
                  label={`Remove ${tool.name}`}
                  icon={<Trash2 size={13} />}
                  onClick={() => change({ tools: tools.filter(({ id }) => id !== tool.id) })}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
      <Menu
        label="Add a tool"
        align="start"
        trigger={
          <Button size="sm" icon={<Plus size={13} />}>
            Add a tool
          </Button>
        }
      >
        <MenuItem
          onSelect={() =>
            setEdited({
              id: nextId(),
              name: '',
              description: '',
              parameters: '{\n  "type": "object",\n  "properties": {}\n}',
              strict: false,
            })
          }
        >
          Empty
        </MenuItem>
        <MenuLabel>Templates</MenuLabel>
        {toolTemplates.map(({ label, tool }) => (
          <MenuItem key={label} onSelect={() => setEdited({ ...tool, id: nextId() })}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      {tools.length === 0 ? null : (
        <Field label="When to call">
          {(control) => (
            <Select
              {...control}
              value={toolChoice}
              onChange={(event) => change({ toolChoice: event.target.value as ToolChoice })}
            >
              {Object.entries(choices).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
              {tools.map(({ id, name }) => (
                <option key={id} value={`function:${name}`}>
                  Always {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {edited ? (
        <ToolDialog
          tool={edited}
          others={tools.filter(({ id }) => id !== edited.id).map(({ name }) => name)}
          onClose={() => setEdited(undefined)}
          onSave={save}
        />
      ) : null}
    </Section>
  );
}
