/** A file that the build made; the path holds from dist/lib too. */
export const builtFile = (name: string): URL => new URL(`../../build/${name}`, import.meta.url);
