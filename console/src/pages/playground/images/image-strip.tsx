// The images that go with a message: what each is and how large, smaller where that helps, and away with it.
import { Minimize2, X } from 'lucide-react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { formatBytes } from '../../../ui/format/quantity.ts';
import type { ImagePart } from '../conversation/session.ts';
import { canShrink, shrink, smallerSide } from './read-image.ts';

export interface ImageStripProps {
  readonly images: readonly ImagePart[];
  /** Absent = they are part of what was said. */
  readonly onImages?: (images: readonly ImagePart[]) => void;
}

export function ImageStrip({ images, onImages }: ImageStripProps) {
  if (images.length === 0) return null;
  const put = (at: number, image: ImagePart | undefined) => {
    onImages?.(images.flatMap((each, index) => (index === at ? (image ? [image] : []) : [each])));
  };
  return (
    <ul aria-label="Images" className="flex flex-wrap gap-2">
      {images.map((image, at) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may be there twice
          key={`${at} ${image.name}`}
          className="flex items-center gap-2 rounded-md border border-line bg-surface p-1 pr-2"
        >
          <img src={image.url} alt={image.name} className="size-11 rounded object-cover" />
          <div className="min-w-0 text-xs">
            <p className="max-w-40 truncate font-medium">{image.name}</p>
            <p className="text-faint tabular-nums">
              {image.width} × {image.height} · {formatBytes(image.bytes)}
            </p>
          </div>
          {onImages && canShrink(image) ? (
            <Button
              size="sm"
              variant="ghost"
              icon={<Minimize2 size={12} />}
              title={`Make the longer side ${smallerSide} px`}
              onClick={() => void shrink(image).then((smaller) => put(at, smaller))}
            >
              Shrink
            </Button>
          ) : null}
          {onImages ? (
            <IconButton
              size="sm"
              label={`Remove ${image.name}`}
              icon={<X size={13} />}
              onClick={() => put(at, undefined)}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}
