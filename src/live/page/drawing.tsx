/** A drawing that is made as SVG text, of our own numbers and words. */
export const Drawing = ({ svg }: { svg: string }) => (
  <div class="drawing" dangerouslySetInnerHTML={{ __html: svg }} />
);
