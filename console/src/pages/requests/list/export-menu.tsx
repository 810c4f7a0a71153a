// What is filtered as a file: the browser downloads it as it comes, however long it is.
import { Download } from 'lucide-react';
import { adminPrefix, queryString } from '../../../api/client.ts';
import { Button } from '../../../ui/button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';

interface ExportMenuProps {
  readonly query: Readonly<Record<string, string>>;
}

export function ExportMenu({ query }: ExportMenuProps) {
  const download = (format: 'csv' | 'jsonl') => {
    const link = document.createElement('a');
    link.href = `${adminPrefix}/ledger/export${queryString({ ...query, format })}`;
    link.download = '';
    document.body.append(link);
    link.click();
    link.remove();
  };
  return (
    <Menu label="Export" trigger={<Button icon={<Download size={14} />}>Export</Button>}>
      <MenuItem onSelect={() => download('csv')}>As CSV, for spreadsheets</MenuItem>
      <MenuItem onSelect={() => download('jsonl')}>As JSON Lines</MenuItem>
    </Menu>
  );
}
