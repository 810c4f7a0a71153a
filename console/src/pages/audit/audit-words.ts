// Actions, kinds, actors and things of the audit log in words.
import { formatNano } from '../../ui/format/money.ts';
import { formatCount } from '../../ui/format/quantity.ts';

const verbs: Readonly<Record<string, string>> = {
  'key.create': 'created API key',
  'key.update': 'changed API key',
  'key.rotate': 'gave a new secret to API key',
  'key.issue': 'issued a secret of API key',
  'key.revoke': 'revoked API key',
  'key.disable': 'disabled API key',
  'key.enable': 'enabled API key',
  'limit.create': 'created limit',
  'limit.update': 'changed limit',
  'limit.delete': 'deleted limit',
  'project.create': 'created project',
  'project.update': 'changed project',
  'project.archive': 'archived project',
  'project.restore': 'restored project',
  'organization.create': 'created organization',
  'organization.update': 'changed organization',
  'organization.delete': 'deleted organization',
  'member.set_up': 'set up the console for',
  'member.invite': 'invited member',
  'member.invite_again': 'made a new invitation for member',
  'member.join': 'joined as member',
  'member.update': 'changed member',
  'member.disable': 'disabled member',
  'member.enable': 'enabled member',
  'member.remove': 'removed member',
  'member.reset_link': 'made a link to set a new password for member',
  'member.reset_password': 'set a new password for member',
  'member.change_password': 'changed their password',
  'member.tie': 'tied single sign-on to member',
  'member.untie': 'untied single sign-on from member',
  'session.create': 'signed in',
  'session.refuse': 'failed to sign in',
  'session.end': 'signed out',
  'session.end_all': 'signed out everywhere',
  'admin_token.create': 'made the admin token',
  'admin_token.replace': 'replaced the admin token',
  'price.set': 'set a price for',
  'price.withdraw': 'withdrew a price of',
  'model.create': 'added model',
  'model.update': 'changed model',
  'model.delete': 'removed model',
  'provider.create': 'added provider',
  'provider.update': 'changed provider',
  'provider.delete': 'removed provider',
  'content.read': 'read the content of request',
  'content.delete': 'deleted the content of request',
  'local.retry': 'tried again to start the embedded model',
  'secret.set': 'stored secret',
  'secret.remove': 'removed secret',
};

/** `created API key`; an action nobody has words for stays as it is. */
export function actionWords(action: string): string {
  return verbs[action] ?? action;
}

export const kinds = [
  'key',
  'limit',
  'project',
  'organization',
  'member',
  'session',
  'admin_token',
  'model',
  'provider',
  'price',
  'secret',
  'content',
  'local',
] as const;

const kindNames: Readonly<Record<string, string>> = {
  key: 'API keys',
  content: 'Logged content',
  session: 'Sign-ins',
  admin_token: 'Admin token',
  local: 'Embedded model',
};

export function kindWords(kind: string): string {
  return kindNames[kind] ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}s`;
}

const actors: Readonly<Record<string, string>> = {
  'admin-token': 'Admin token',
  cli: 'Command line',
  config: 'tollgate.yaml',
  bootstrap: 'First start',
};

export function actorWords(actor: string): string {
  return actors[actor] ?? actor;
}

/** What a thing is called, from what is kept of it. */
export function targetName(facts: unknown): string | undefined {
  if (typeof facts !== 'object' || facts === null) return undefined;
  const { name, email, model, metric, window, amount, unit } = facts as Record<string, unknown>;
  if (typeof metric === 'string' && typeof amount === 'string' && typeof window === 'string') {
    const much = unit === 'nano-USD' ? formatNano(BigInt(amount)) : formatCount(BigInt(amount));
    const what = metric === 'cost' ? '' : metric === 'concurrent' ? ' requests at a time' : ` ${metric}`;
    return `${much}${what}${windows[window] ?? ''}`;
  }
  return [name, email, model].find((each): each is string => typeof each === 'string' && each !== '');
}

const windows: Readonly<Record<string, string>> = {
  minute: ' a minute',
  hour: ' an hour',
  day: ' a day',
  week: ' a week',
  month: ' a month',
};
