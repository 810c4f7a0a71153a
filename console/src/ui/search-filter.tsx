// A search field whose text is in the address: what is typed goes there when the typing pauses, and what changes there (Back,
// a chip that is taken away) comes back into the field.
import { useEffect, useState } from 'react';
import { SearchInput } from './input.tsx';
import { useSearchValues } from './search-values.ts';

interface SearchFilterProps {
  /** In the address: `search`. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly className?: string;
}

const pauseMs = 250;

export function SearchFilter({ name, label, placeholder, className }: SearchFilterProps) {
  const [values, setValues] = useSearchValues();
  const inAddress = values[name] ?? '';
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      setValues({ [name]: typed.trim() === '' ? undefined : typed });
      setTyped(null);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, name, setValues]);
  return (
    <SearchInput
      label={label}
      value={typed ?? inAddress}
      onValue={setTyped}
      maxLength={100}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(className === undefined ? {} : { className })}
    />
  );
}
