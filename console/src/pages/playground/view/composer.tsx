// Where a message is written: text, images by file, paste or drop, and the button that sends or stops.
import { ImagePlus, SendHorizontal, Square } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { cx } from '../../../ui/class-names.ts';
import { useToast } from '../../../ui/toast.tsx';
import type { ImagePart } from '../conversation/session.ts';
import { ImageStrip } from '../images/image-strip.tsx';
import { imageTypes, readImage } from '../images/read-image.ts';
import { setupProblem } from '../settings/tools.ts';
import { openCalls } from '../state/conversations.ts';
import { usePlaygroundSession, usePlaygroundView, useRunning } from './context.ts';

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Composer() {
  const { playground, models, closed } = usePlaygroundView();
  const session = usePlaygroundSession();
  const running = useRunning().size > 0;
  const toast = useToast();
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly ImagePart[]>([]);
  const [dropping, setDropping] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  const chosen = session.lanes.map(({ model }) => models.find(({ name }) => name === model));
  const takesImages = chosen.every((model) => model?.takes.images === true);
  const waiting = session.lanes.some(({ thread }) => openCalls(thread) > 0);
  const problem =
    closed ??
    setupProblem(session) ??
    (chosen.includes(undefined) ? 'Choose a model first.' : undefined) ??
    (waiting ? 'Answer the tool calls above first.' : undefined) ??
    (images.length > 0 && !takesImages ? 'The model takes no images: remove them.' : undefined);
  const empty = text.trim() === '' && images.length === 0;

  const send = () => {
    if (empty || running || problem !== undefined) return;
    playground.send(text, images);
    setText('');
    setImages([]);
  };
  const add = async (files: Iterable<File>) => {
    for (const each of files) {
      try {
        const image = await readImage(each);
        setImages((before) => [...before, image]);
      } catch (error) {
        toast({ title: error instanceof Error ? error.message : 'The image cannot be read.', tone: 'bad' });
      }
    }
  };
  useStopKey(running, () => playground.stop());

  const drag = (on: boolean) => (event: DragEvent) => {
    if (!takesImages || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setDropping(on);
  };

  return (
    <form
      aria-label="Message"
      className={cx(
        'rounded-lg border bg-surface p-2 focus-within:border-accent',
        dropping ? 'border-accent' : 'border-line',
      )}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event);
        if (takesImages) void add(event.dataTransfer.files);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {images.length > 0 ? (
        <div className="mb-2">
          <ImageStrip images={images} onImages={setImages} />
        </div>
      ) : null}
      <textarea
        aria-label="Message"
        data-search
        rows={2}
        value={text}
        placeholder={dropping ? 'Drop images here' : 'Write a message…'}
        // biome-ignore lint/a11y/noAutofocus: writing is what the page is for
        autoFocus={matchMedia('(pointer: fine)').matches}
        className="field-sizing-content block max-h-60 min-h-14 w-full resize-none bg-transparent px-2 py-1 text-sm outline-none placeholder:text-faint max-sm:text-base"
        onChange={(event) => setText(event.target.value)}
        onPaste={(event: ClipboardEvent) => {
          const pasted = [...event.clipboardData.files].filter(({ type }) => type.startsWith('image/'));
          if (pasted.length === 0) return;
          event.preventDefault();
          if (takesImages) void add(pasted);
          else toast({ title: 'This model takes no images.', tone: 'bad' });
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="flex items-center gap-2 pt-1">
        <input
          ref={file}
          type="file"
          multiple
          hidden
          accept={imageTypes.join(',')}
          onChange={(event) => {
            void add(event.target.files ?? []);
            event.target.value = '';
          }}
        />
        <IconButton
          label={takesImages ? 'Add images' : 'This model takes no images'}
          icon={<ImagePlus size={16} />}
          disabled={!takesImages}
          onClick={() => file.current?.click()}
        />
        <p className="min-w-0 flex-1 truncate text-faint text-xs" title={problem}>
          {problem ?? (
            <span className="pointer-coarse:hidden">
              {running ? 'Esc stops' : `${apple ? '⌘' : 'Ctrl'} + Enter sends`}
            </span>
          )}
        </p>
        {running ? (
          <Button icon={<Square size={12} fill="currentColor" />} onClick={() => playground.stop()}>
            Stop
          </Button>
        ) : (
          <Button
            type="submit"
            variant="primary"
            icon={<SendHorizontal size={14} />}
            disabled={empty || problem !== undefined}
          >
            Send
          </Button>
        )}
      </div>
    </form>
  );
}

/** Escape stops, unless it closes something that is open over the page. */
function useStopKey(running: boolean, stop: () => void): void {
  const latest = useRef(stop);
  latest.current = stop;
  useEffect(() => {
    if (!running) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[role=dialog],[role=menu],[role=listbox]')) return;
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [running]);
}
