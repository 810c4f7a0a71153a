// The second step of adding a provider: its name, where it is, and the key.
import type { ProviderPreset } from '../../../api/contract.ts';
import { fieldError } from '../../../api/error.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import type { ProviderDraft } from './draft.ts';

interface ConnectionFieldsProps {
  readonly preset: ProviderPreset;
  readonly draft: ProviderDraft;
  readonly onChange: (change: Partial<ProviderDraft>) => void;
  readonly error: unknown;
}

/** Errors that name one of these stand beside a field. */
export const connectionParams = [
  'name',
  'base_url',
  'api_key',
  'region',
  'api_version',
  'access_key_id',
  'secret_access_key',
  'session_token',
];

export function ConnectionFields({ preset, draft, onChange, error }: ConnectionFieldsProps) {
  const aws = preset.key === 'aws';
  // A draft that is only tried has its members one step deeper.
  const errorOf = (param: string) => fieldError(error, param) ?? fieldError(error, `provider.${param}`);
  const field = (
    name: keyof ProviderDraft,
    param: string,
    words: {
      readonly label: string;
      readonly hint?: string;
      readonly secret?: boolean;
      readonly placeholder?: string;
    },
  ) => (
    <Field label={words.label} error={errorOf(param)} {...(words.hint ? { hint: words.hint } : {})}>
      {(control) => (
        <Input
          {...control}
          mono
          type={words.secret ? 'password' : 'text'}
          autoComplete={words.secret ? 'new-password' : 'off'}
          spellCheck={false}
          placeholder={words.placeholder}
          value={draft[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="space-y-4">
      {aws ? (
        <>
          {field('region', 'region', { label: 'Region' })}
          {field('accessKeyId', 'access_key_id', { label: 'Access key ID', secret: true })}
          {field('secretAccessKey', 'secret_access_key', { label: 'Secret access key', secret: true })}
          {field('sessionToken', 'session_token', {
            label: 'Session token',
            hint: 'Only with temporary credentials.',
            secret: true,
          })}
          {field('apiKey', 'api_key', { label: 'Or a Bedrock API key', secret: true })}
        </>
      ) : (
        field('apiKey', 'api_key', {
          label: preset.key === 'optional' ? 'API key, if it wants one' : 'API key',
          hint: 'Stored encrypted; it is never shown again, and goes to this base URL only.',
          secret: true,
        })
      )}
      {aws
        ? null
        : field('baseUrl', 'base_url', {
            label: 'Base URL',
            placeholder:
              preset.type === 'azure-openai'
                ? 'https://NAME.openai.azure.com/openai/v1'
                : 'http://127.0.0.1:8000/v1',
            hint:
              preset.base_url === null
                ? 'With the version in its path, as clients of it have it.'
                : 'As known for it; change it if yours is elsewhere.',
          })}
      {preset.type === 'azure-openai'
        ? field('apiVersion', 'api_version', {
            label: 'API version',
            hint: 'Only for dated versions.',
            placeholder: '2024-10-21',
          })
        : null}
      {field('name', 'name', { label: 'Name', hint: 'What routes and the ledger call it.' })}
    </div>
  );
}
