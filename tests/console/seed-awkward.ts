// What a console must not stumble over: long names and names in other scripts, amounts beyond belief, requests of every
// kind of ending, and the places where all of that is shown.
import { polite, refusal } from '../support/scripted-upstream.ts';
import type { ConsoleStand } from './stand.ts';

export interface Places {
  /** Every address of the console, with ids of what is there. */
  readonly paths: readonly string[];
}

const longName =
  'A very long name of a service that somebody has copied from a spreadsheet, with all of its words';

export async function seedAwkward(stand: ConsoleStand): Promise<Places> {
  const project = await stand.post('/projects', { name: 'Überraschung 漢字 مشروع' });
  const keys = [];
  for (const name of [longName, '🚀 launch', 'x', 'مفتاح الاختبار']) {
    keys.push(
      await stand.post('/keys', {
        name,
        project: project.id,
        ...(name === 'x' ? { allowed_ips: ['10.0.0.0/8', '2001:db8::/32'], models: ['test-model'] } : {}),
      }),
    );
  }
  const [first] = keys;
  await stand.post('/limits', {
    scope: { key: first.id },
    metric: 'cost',
    window: 'month',
    amount: '9007199254.999999999',
  });
  await stand.post('/limits', { scope: { key: '*' }, metric: 'requests', window: 'minute', amount: 100_000 });
  await stand.post('/limits', {
    scope: { project: project.id },
    metric: 'tokens',
    window: 'day',
    amount: 20_000,
  });

  const { gateway, upstream } = stand;
  for (let number = 0; number < 12; number++) {
    if (number % 4 === 3) upstream.next(refusal(500, { code: 'broken' }));
    const answer = await gateway.chat(
      {
        model: number % 3 === 0 ? 'free-model' : 'test-model',
        messages: [{ role: 'user', content: `Question ${number}` }],
        stream: number % 2 === 0,
        user: number % 2 === 0 ? 'someone@example.com' : longName,
      },
      { key: first.key },
    );
    await answer.text();
  }
  upstream.always(polite);
  const rows = await gateway.ledger();
  const request = rows[0]?.id ?? '';
  return {
    paths: [
      '/',
      '/playground',
      '/requests',
      `/requests/${request}`,
      '/usage',
      '/keys',
      `/keys/${first.id}`,
      '/projects',
      '/limits',
      '/members',
      '/account',
      '/models',
      '/models/test-model',
      '/providers',
      '/providers/first',
      '/audit',
      '/settings',
    ],
  };
}
