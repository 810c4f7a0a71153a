// One's own account: name, role, password, and where one is signed in.
import { useSession } from '../../api/session.ts';
import { Card, Facts } from '../../ui/card.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { NameForm } from './name-form.tsx';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

const roles = {
  admin: 'Administrator: you may do everything.',
  member: 'Member: you read everything but members and the audit log, and manage API keys of your own.',
  viewer: 'Viewer: you read what members read, and change nothing.',
} as const;

export function AccountPage() {
  const session = useSession();
  if (!session) return null;
  const { member } = session;
  return (
    <>
      <PageHeader title="Your account" description={member.email} />
      <div className="max-w-3xl space-y-4">
        <Card title="Profile">
          <NameForm key={member.name} name={member.name} />
          <div className="mt-4">
            <Facts
              facts={[
                { name: 'E-mail address', value: member.email },
                {
                  name: 'Role',
                  value: (
                    <>
                      {roles[member.role]}
                      {member.role === 'admin' ? null : (
                        <span className="block text-faint text-xs">An administrator can change it.</span>
                      )}
                    </>
                  ),
                },
              ]}
            />
          </div>
        </Card>
        <PasswordCard hasPassword={session.has_password} method={session.method} />
        <SessionsCard />
      </div>
    </>
  );
}
