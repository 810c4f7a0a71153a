// Projects: what each spent this month against what stops it, its keys, and its end; and the organizations they belong to.
import { PageHeader } from '../../ui/page-header.tsx';
import { useSearchValues } from '../../ui/search-values.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { OrganizationsTab } from './organizations-tab.tsx';
import { ProjectsTab } from './projects-tab.tsx';

export function ProjectsPage() {
  const [search, setSearch] = useSearchValues();
  return (
    <>
      <PageHeader
        title="Projects"
        description="A project groups keys that share limits and a bill. Organizations group projects."
      />
      <Tabs
        label="Projects and organizations"
        value={search.tab === 'organizations' ? 'organizations' : 'projects'}
        onValue={(tab) =>
          setSearch({ tab: tab === 'projects' ? undefined : tab, search: undefined, archived: undefined })
        }
        tabs={[
          { value: 'projects', label: 'Projects', content: <ProjectsTab /> },
          { value: 'organizations', label: 'Organizations', content: <OrganizationsTab /> },
        ]}
      />
    </>
  );
}
