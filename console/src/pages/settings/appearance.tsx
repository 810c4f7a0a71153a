// The colours of this browser.
import { Card } from '../../ui/card.tsx';
import { chooseTheme, type Theme, useTheme } from '../../ui/theme.ts';
import { Segmented } from '../../ui/toggle.tsx';

const options: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function Appearance() {
  const theme = useTheme();
  return (
    <Card title="Appearance" description="Kept in this browser.">
      <Segmented label="Colours" value={theme} options={options} onChange={chooseTheme} />
    </Card>
  );
}
