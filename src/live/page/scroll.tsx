import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A box that scrolls where its content is larger; then keys reach it too. */
export function Scroll({
  label,
  tall = false,
  children,
}: {
  label: string;
  tall?: boolean;
  children: ComponentChildren;
}) {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = box.current!;
      if (scrollWidth > clientWidth || scrollHeight > clientHeight) box.current!.tabIndex = 0;
      else box.current!.removeAttribute('tabindex');
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    observer.observe(box.current!.firstElementChild!);
    return () => observer.disconnect();
  }, []);
  return (
    <section ref={box} class={tall ? 'scroll tall' : 'scroll'} aria-label={label}>
      {children}
    </section>
  );
}
