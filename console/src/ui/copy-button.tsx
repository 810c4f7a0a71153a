// Copies a text and says so, for the eyes and for screen readers.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `Copy key`. */
  readonly label?: string;
  /** With its label beside the icon. */
  readonly labelled?: boolean;
  readonly size?: 'sm' | 'md';
  readonly variant?: 'primary' | 'secondary' | 'ghost';
  readonly onCopied?: () => void;
}

export function CopyButton({
  text,
  label = 'Copy',
  labelled = false,
  size = 'sm',
  variant,
  onCopied,
}: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const done = await copyText(text);
    setState(done ? 'copied' : 'failed');
    if (done) onCopied?.();
  };
  const icon = state === 'copied' ? <Check size={14} /> : <Copy size={14} />;
  const said = state === 'copied' ? 'Copied' : state === 'failed' ? 'Select it and copy by hand' : label;
  return (
    <>
      {labelled ? (
        <Button size={size} variant={variant} icon={icon} onClick={copy}>
          {said}
        </Button>
      ) : (
        <IconButton size={size} variant={variant ?? 'ghost'} label={said} icon={icon} onClick={copy} />
      )}
      <span role="status" className="sr-only">
        {state === 'idle' ? '' : said}
      </span>
    </>
  );
}

/** Without https there is no clipboard API; the old way works where it is allowed. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed: the old way.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog, or its focus guard would take the selection away.
  const home = document.querySelector('[role=dialog]') ?? document.body;
  home.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
