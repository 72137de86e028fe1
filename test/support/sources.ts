/** TypeScript without its block comments, of which some speak of other programs. */
export const withoutComments = (source: string): string => source.replace(/\/\*.*?\*\//gs, '');
