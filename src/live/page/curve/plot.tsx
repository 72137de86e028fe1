import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

type Options = Omit<uPlot.Options, 'width' | 'height'>;

interface Props {
  width: number;
  height: number;
  data: uPlot.AlignedData;
  /** the plot is made anew when this changes; all else that the options read, they read when they draw */
  shape: string;
  options: () => Options;
  /** drawn again when one of these changes */
  marks: readonly unknown[];
}

/** A chart on a canvas. */
export function Plot({ width, height, data, shape, options, marks }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  useLayoutEffect(() => {
    const made = new uPlot({ ...options(), width, height }, data, box.current!);
    plot.current = made;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => made.redraw();
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      made.destroy();
    };
  }, [shape]);
  useLayoutEffect(() => plot.current!.setData(data), [data]);
  useLayoutEffect(() => plot.current!.setSize({ width, height }), [width, height]);
  useEffect(() => plot.current!.redraw(false), marks);
  return <div ref={box} />;
}

/** A colour of the page by its variable, as it is when it is asked for. */
export const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const FONT = '12px system-ui, sans-serif';

/** What all axes have in common. */
export const axis = (): Partial<uPlot.Axis> => ({
  stroke: () => color('--ink'),
  grid: { stroke: () => color('--line'), width: 1 },
  ticks: { stroke: () => color('--line'), width: 1, size: 5 },
  font: FONT,
  labelFont: FONT,
});

/** Charts above each other begin at the same place. */
export const AXIS_WIDTH = 64;
export const RIGHT = 24;
/** Of these pixels the name of an axis takes so many. */
export const LABEL = 16;

/** Draws on a chart in its pixels, within its axes. */
export function drawing(u: uPlot, draw: (ctx: CanvasRenderingContext2D, pixel: number) => void): void {
  const { ctx, bbox } = u;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${12 * pixel}px system-ui, sans-serif`;
  draw(ctx, pixel);
  ctx.restore();
}

/** An upright line. */
export function upright(u: uPlot, x: number, name: string, width: number, dash: number[] = []): void {
  drawing(u, (ctx, pixel) => {
    const left = u.valToPos(x, 'x', true);
    ctx.strokeStyle = color(name);
    ctx.lineWidth = width * pixel;
    ctx.setLineDash(dash.map((length) => length * pixel));
    ctx.beginPath();
    ctx.moveTo(left, u.bbox.top);
    ctx.lineTo(left, u.bbox.top + u.bbox.height);
    ctx.stroke();
  });
}
