// A search field whose text is in the address.
import { SearchInput } from './input.tsx';
import { useSearchValues } from './search-values.ts';
import { useTypedText } from './typed-text.ts';

interface SearchFilterProps {
  /** In the address: `search`. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly className?: string;
}

export function SearchFilter({ name, label, placeholder, className }: SearchFilterProps) {
  const [values, setValues] = useSearchValues();
  const [text, setText] = useTypedText(values[name] ?? '', (typed) => setValues({ [name]: typed }));
  return (
    <SearchInput
      label={label}
      value={text}
      onValue={setText}
      maxLength={100}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(className === undefined ? {} : { className })}
    />
  );
}
