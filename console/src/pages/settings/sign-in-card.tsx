// By what ways people sign in to this console.
import type { Settings } from '../../api/contract.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Facts } from '../../ui/card.tsx';
import { Code } from '../../ui/code-block.tsx';

export function SignInCard({ signIn }: { readonly signIn: Settings['sign_in'] }) {
  return (
    <Card title="Sign-in">
      <Facts
        facts={[
          {
            name: 'Passwords',
            value: signIn.password_login ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>,
          },
          {
            name: 'Single sign-on',
            value:
              signIn.sso.length === 0 ? (
                <>
                  None. <Code>console.sso</Code> in tollgate.yaml adds an OpenID Connect provider.
                </>
              ) : (
                <ul className="space-y-1">
                  {signIn.sso.map(({ name, issuer }) => (
                    <li key={name}>
                      {name} <span className="break-all text-muted">{issuer}</span>
                    </li>
                  ))}
                </ul>
              ),
          },
          {
            name: 'Public address',
            value:
              signIn.public_url === null ? (
                <>
                  As the browser asks. <Code>server.public_url</Code> fixes it.
                </>
              ) : (
                <span className="break-all">{signIn.public_url}</span>
              ),
          },
        ]}
      />
    </Card>
  );
}
