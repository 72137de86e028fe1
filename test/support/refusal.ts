/** What work throws or rejects with, an error of a kind: that of the sources, or of the built package. */
export const refusalOf =
  <E extends Error>(kind: abstract new (...args: never[]) => E) =>
  async (work: () => unknown): Promise<E> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof kind) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };
