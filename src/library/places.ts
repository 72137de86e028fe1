import type { Sampler, SamplerState } from '../sample/index.ts';

/** Where one of several texts stands, while another one is read or written. */
export class Place {
  state: SamplerState | undefined;
}

/** One sampler, and so one network, for any number of texts that are read and written by turns. */
export class SharedSampler {
  readonly #sampler: Sampler;
  #current: Place | undefined;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** A text that begins with these ids, at least one. */
  begin(ids: ArrayLike<number>): Place {
    const place = new Place();
    this.at(place).prime(ids);
    return place;
  }

  /** The sampler, as that text left it. */
  at(place: Place): Sampler {
    if (place === this.#current) return this.#sampler;
    if (this.#current) this.#current.state = this.#sampler.save();
    if (place.state) this.#sampler.restore(place.state);
    this.#current = place;
    return this.#sampler;
  }

  /** Another text at the same place. */
  fork(place: Place): Place {
    const other = new Place();
    other.state = this.at(place).save();
    return other;
  }

  /** A text has ended. */
  end(place: Place): void {
    if (place === this.#current) this.#current = undefined;
  }
}
