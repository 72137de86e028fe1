import { useRef } from 'preact/hooks';
import { Strip } from '../strip.tsx';
import { WORDS } from './words.ts';

interface Props {
  /** of each unit its values, −1…1, after each character */
  rows: readonly Float32Array[];
  unit: number;
  place: number;
  go(unit: number, place: number): void;
}

/** All units over the text; a cross marks the chosen one, which a pointer can choose. */
export function HeatMap({ rows, unit, place, go }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [units, characters] = [rows.length, rows[0]!.length];
  const bound = (value: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor(value)));
  const point = ({ clientX, clientY, buttons, type }: PointerEvent) => {
    if (type === 'pointermove' && buttons === 0) return;
    const { left, top, width, height } = box.current!.getBoundingClientRect();
    go(
      bound(((clientY - top) / height) * units, units),
      bound(((clientX - left) / width) * characters, characters),
    );
  };
  const share = (n: number, count: number) => `${(100 * n) / count}%`;
  const label = WORDS.value.map(units, characters);
  return (
    <div ref={box} class="heat" onPointerDown={point} onPointerMove={point}>
      <Strip rows={rows} label={label} />
      <i class="cross row" style={{ top: share(unit, units), height: share(1, units) }} />
      <i class="cross column" style={{ left: share(place, characters), width: share(1, characters) }} />
    </div>
  );
}
