// The contract of the admin API: what goes in and what comes out, as schemas that are types, checks and documentation at once.
// The console and the command line take their types from here. Knows no store and no HTTP.
export * from './contract/audit.ts';
export * from './contract/content.ts';
export * from './contract/forms.ts';
export * from './contract/keys.ts';
export * from './contract/ledger.ts';
export * from './contract/limits.ts';
export * from './contract/local.ts';
export * from './contract/members.ts';
export * from './contract/models.ts';
export * from './contract/playground.ts';
export * from './contract/prices.ts';
export * from './contract/projects.ts';
export * from './contract/providers.ts';
export * from './contract/session.ts';
export * from './contract/settings.ts';
export * from './contract/trials.ts';
export * from './contract/usage.ts';
