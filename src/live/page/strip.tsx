import { useEffect, useRef } from 'preact/hooks';
import { colorOf, toByte } from '../../report/page/diverging.ts';

interface Props {
  /** rows of numbers of −1…1, one pixel each; the style makes them larger */
  rows: readonly ArrayLike<number>[];
  label: string;
}

/** Numbers as a strip, or several as a map, of colours. */
export function Strip({ rows, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = rows[0]?.length ?? 0;
  useEffect(() => {
    if (width === 0) return;
    const image = new ImageData(width, rows.length);
    rows.forEach((row, y) => {
      for (let x = 0; x < width; x++) image.data.set([...colorOf(toByte(row[x]!)), 255], 4 * (y * width + x));
    });
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [rows]);
  return (
    <canvas ref={canvas} class="strip" width={width} height={rows.length} role="img" aria-label={label} />
  );
}
