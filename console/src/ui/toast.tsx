// Short notes at the edge: what was done, with Undo where that is possible. Announced politely; errors stay longer.
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { messageOf } from '../api/error.ts';

export interface ToastContent {
  /** `“Billing service” is disabled` */
  readonly title: string;
  readonly detail?: ReactNode;
  readonly tone?: 'good' | 'bad';
  /** `{ label: 'Undo', run: … }`; what it throws becomes a toast of its own. */
  readonly action?: { readonly label: string; readonly run: () => unknown };
}

interface Shown extends ToastContent {
  readonly id: number;
}

type Show = (content: ToastContent) => void;

const ToastContext = createContext<Show | undefined>(undefined);

/** `const toast = useToast(); toast({ title: 'Saved' })` */
export function useToast(): Show {
  const show = useContext(ToastContext);
  if (show === undefined) throw new Error('there is no ToastProvider around this');
  return show;
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const show = useCallback<Show>((content) => {
    setToasts((before) => [...before.slice(-3), { ...content, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const close = useCallback((id: number) => {
    setToasts((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const provided = useMemo(() => show, [show]);
  return (
    <ToastContext.Provider value={provided}>
      <Radix.Provider swipeDirection="right" label="Notification">
        {children}
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={() => close(toast.id)} show={show} />
        ))}
        <Radix.Viewport className="fixed right-0 bottom-0 z-60 flex w-full max-w-sm flex-col gap-2 p-4 outline-none" />
      </Radix.Provider>
    </ToastContext.Provider>
  );
}

interface ToastCardProps {
  readonly toast: Shown;
  readonly onClose: () => void;
  readonly show: Show;
}

function ToastCard({ toast, onClose, show }: ToastCardProps) {
  const { title, detail, tone = 'good', action } = toast;
  const bad = tone === 'bad';
  const run = async () => {
    try {
      await action?.run();
    } catch (error) {
      show({ title: `${action?.label ?? 'That'} did not work`, detail: messageOf(error), tone: 'bad' });
    }
  };
  return (
    <Radix.Root
      duration={bad || action ? 10_000 : 5000}
      type={bad ? 'foreground' : 'background'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className="flex animate-rise items-start gap-2.5 rounded-lg border border-line bg-raised px-3.5 py-3 shadow-pop data-[swipe=move]:translate-x-[var(--radix-toast-swipe-move-x)]"
    >
      {bad ? (
        <CircleAlert size={16} className="mt-0.5 shrink-0 text-bad-text" aria-hidden="true" />
      ) : (
        <CircleCheck size={16} className="mt-0.5 shrink-0 text-good-text" aria-hidden="true" />
      )}
      <div className="min-w-0 flex-1">
        <Radix.Title className="break-words font-medium text-sm">{title}</Radix.Title>
        {detail ? (
          <Radix.Description className="break-words text-muted text-sm">{detail}</Radix.Description>
        ) : null}
      </div>
      {action ? (
        <Radix.Action
          altText={action.label}
          onClick={() => void run()}
          className="shrink-0 rounded px-1.5 font-medium text-accent-text text-sm hover:underline"
        >
          {action.label}
        </Radix.Action>
      ) : null}
      <Radix.Close aria-label="Close" className="shrink-0 rounded p-0.5 text-faint hover:text-ink">
        <X size={14} aria-hidden="true" />
      </Radix.Close>
    </Radix.Root>
  );
}
