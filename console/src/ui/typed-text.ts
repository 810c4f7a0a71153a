// The text of a field that is also in the address: shown as it is typed, and put into the address once typing has paused. What
// changes there otherwise (Back, a chip that is taken away) comes into the field.
import { useEffect, useRef, useState } from 'react';

const pauseMs = 250;

/**
 * `setAddress` gets the text without the spaces around it. The address follows a moment later: what is typed in that moment stays,
 * and the address is told of it next.
 */
export function useTypedText(
  inAddress: string,
  setAddress: (text: string) => void,
): readonly [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(inAddress);
  // Given to the address, and not seen in it yet.
  const underWay = useRef<string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what changes in the address
  useEffect(() => {
    const at = underWay.current.indexOf(inAddress);
    underWay.current = at === -1 ? [] : underWay.current.slice(at + 1);
    if (at === -1 && text.trim() !== inAddress) setText(inAddress);
  }, [inAddress]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key begins the pause anew
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === (underWay.current.at(-1) ?? inAddress)) return;
    const timer = setTimeout(() => {
      underWay.current.push(wanted);
      setAddress(wanted);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
