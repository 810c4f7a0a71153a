// Actions, kinds and actors of the audit log in words.

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
  'project.delete': 'deleted project',
  'organization.create': 'created organization',
  'organization.update': 'changed organization',
  'organization.delete': 'deleted organization',
  'member.setup': 'set up the console as administrator',
  'member.invite': 'invited member',
  'member.update': 'changed member',
  'member.remove': 'removed member',
  'member.untie': 'untied single sign-on from member',
  'member.password': 'changed the password of',
  'session.create': 'signed in',
  'session.fail': 'failed to sign in',
  'session.end': 'signed out',
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
  'model',
  'provider',
  'price',
  'secret',
  'content',
] as const;

const kindNames: Readonly<Record<string, string>> = {
  key: 'API keys',
  content: 'Logged content',
  session: 'Sign-ins',
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
  const { name, email, model } = facts as Record<string, unknown>;
  return [name, email, model].find((each): each is string => typeof each === 'string' && each !== '');
}
