import { visit } from '../address.ts';
import { changeOf, type NumberKey, type PlaySettings, SETTINGS, within } from './settings.ts';
import { WORDS } from './words.ts';

/** Settings that have a slider: where it ends, and its step. */
const SLIDERS: Partial<Record<NumberKey, { min: number; max: number; step: number }>> = {
  temperature: { min: 0.05, max: 2, step: 0.05 },
  topK: { min: 0, max: 40, step: 1 },
  topP: { min: 0.01, max: 1, step: 0.01 },
  minP: { min: 0, max: 0.5, step: 0.01 },
};

const SHAPING: readonly NumberKey[] = ['temperature', 'topK', 'topP', 'minP', 'repetitionPenalty'];

/** What bends the distribution. */
export function SettingFields({ settings }: { settings: PlaySettings }) {
  const reset = () =>
    visit({
      ...Object.assign({}, ...SHAPING.map((key) => changeOf(key, SETTINGS[key].otherwise))),
      greedy: undefined,
    });
  return (
    <div class="settings">
      {SHAPING.map((key) => (
        <NumberField key={key} name={key} settings={settings} />
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={settings.greedy}
          onChange={({ currentTarget }) => visit({ greedy: currentTarget.checked ? '1' : undefined })}
        />
        {WORDS.value.greedy}
      </label>
      <button type="button" onClick={reset}>
        {WORDS.value.reset}
      </button>
    </div>
  );
}

/** A number that can be typed and, for some, slid. */
export function NumberField({ name, settings }: { name: NumberKey; settings: PlaySettings }) {
  const { from, to, whole } = SETTINGS[name];
  const label = WORDS.value.settings[name];
  const slider = SLIDERS[name];
  const set = (input: HTMLInputElement) => {
    const value = within(SETTINGS[name], input.value) ?? settings[name];
    input.value = String(value);
    visit(changeOf(name, value));
  };
  return (
    <div class="field">
      <label>
        <span>{label}</span>
        <input
          type="number"
          min={from}
          max={to}
          step={whole ? 1 : 'any'}
          value={settings[name]}
          onChange={({ currentTarget }) => set(currentTarget)}
        />
      </label>
      {slider && (
        <input
          type="range"
          {...slider}
          value={settings[name]}
          aria-label={label}
          onInput={({ currentTarget }) => set(currentTarget)}
        />
      )}
    </div>
  );
}
