// A tool while it is described. What the gateway would refuse is said at its field, before it is sent.
import { useState } from 'react';
import { Button } from '../../../../ui/button.tsx';
import { Dialog } from '../../../../ui/dialog.tsx';
import { Field } from '../../../../ui/field.tsx';
import { Input, Textarea } from '../../../../ui/input.tsx';
import { Checkbox } from '../../../../ui/toggle.tsx';
import type { ToolDefinition } from '../../conversation/session.ts';
import { toolProblems } from '../tools.ts';

export interface ToolDialogProps {
  readonly tool: ToolDefinition;
  readonly others: readonly string[];
  readonly onClose: () => void;
  readonly onSave: (tool: ToolDefinition) => void;
}

export function ToolDialog({ tool, others, onClose, onSave }: ToolDialogProps) {
  const [draft, setDraft] = useState(tool);
  const [tried, setTried] = useState(false);
  const problems = toolProblems(draft, others);
  const problemOf = (field: 'name' | 'parameters') =>
    tried || draft[field] !== tool[field]
      ? problems.find((problem) => problem.field === field)?.message
      : undefined;
  const set = (change: Partial<ToolDefinition>) => setDraft((before) => ({ ...before, ...change }));
  const save = () => {
    setTried(true);
    if (problems.length === 0) onSave(draft);
  };
  return (
    <Dialog
      open
      size="md"
      title={tool.name === '' ? 'New tool' : `Tool ${tool.name}`}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={save}>
            Save tool
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Name" required error={problemOf('name')}>
          {(control) => (
            <Input
              {...control}
              mono
              value={draft.name}
              placeholder="get_weather"
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Description" hint="The model decides by this when to call it.">
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              value={draft.description}
              onChange={(event) => set({ description: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Parameters"
          hint="A JSON Schema of type object. Empty: it takes no arguments."
          error={problemOf('parameters')}
        >
          {(control) => (
            <Textarea
              {...control}
              mono
              rows={12}
              spellCheck={false}
              value={draft.parameters}
              onChange={(event) => set({ parameters: event.target.value })}
            />
          )}
        </Field>
        <Checkbox
          label="Strict"
          hint="The arguments must follow the schema exactly, where the provider can make sure of it."
          checked={draft.strict}
          onChange={(strict) => set({ strict })}
        />
      </form>
    </Dialog>
  );
}
