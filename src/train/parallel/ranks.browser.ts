/** In a page no other process takes part in a run. */
export class Ranks {}
