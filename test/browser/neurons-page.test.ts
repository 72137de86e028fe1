import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, faults, launch, NO_CHROMIUM, NOTE, openFile, SIGHT, SIGHTS } from '../support/browser.ts';
import { corpus, ROOT, rnn, temporaryFolder } from '../support/cli.ts';

interface Printed {
  characters: string[];
  values: number[];
  responses: Record<string, { layer: number; part: string; index: number; correlation: number }[]>;
}

describe.skipIf(NO_CHROMIUM)(`neurons page in a browser${NOTE}`, () => {
  const cwd = temporaryFolder();
  const file = join(cwd, 'units.html');
  const command = (...flags: string[]) =>
    rnn(
      [
        'neurons',
        join(ROOT, 'checkpoints/example-lstm.json'),
        corpus('tiny.txt'),
        '--unknown',
        'skip',
        '--length',
        '600',
        ...flags,
      ],
      { cwd },
    );
  let browser: Browser;
  beforeAll(async () => {
    const { code, stderr } = await command('--html', file);
    expect([code, stderr]).toEqual([0, `wrote ${file}\n`]);
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(SIGHTS)(SIGHT, async (sight) => {
    expect(await faults(browser, file, sight, '[aria-pressed="true"]')).toEqual([]);
  });

  /** The colours on screen are those of the values that --json prints, to the 2 % of a byte. */
  async function expectColors(page: Page, neuron: string): Promise<void> {
    const { values } = JSON.parse((await command('--neuron', neuron, '--json')).stdout) as Printed;
    const colors = await page
      .locator('#text span')
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor));
    expect(colors).toHaveLength(values.length);
    colors.forEach((color, t) => {
      const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g)!.map(Number);
      const positive = red === 100 && green === 160 && blue === 255;
      expect(positive || (red === 255 && green === 130 && blue === 110), color).toBe(true);
      expect(Math.abs((positive ? alpha : -alpha) - values[t]!), `character ${t}`).toBeLessThan(0.02);
    });
  }

  it('starts with the unit that goes most with a property; picker, buttons and lists choose another', async () => {
    const { page, troubles } = await openFile(browser, file);
    const { responses } = JSON.parse((await command('--json')).stdout) as Printed;
    const strongest = Object.values(responses)
      .flat()
      .reduce((a, b) => (Math.abs(b.correlation) > Math.abs(a.correlation) ? b : a));
    const nameOf = ({ layer, part, index }: typeof strongest) => `${layer}:${part}${index}`;
    const picker = page.getByRole('combobox', { name: 'Unit', exact: true });
    const shown = () =>
      picker.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]!.textContent);
    await page.locator('[aria-pressed="true"]').first().waitFor();
    expect(await shown()).toBe(nameOf(strongest));
    await expectColors(page, nameOf(strongest));

    await picker.selectOption('0:h3');
    await expectColors(page, '0:h3');
    await page.getByRole('button', { name: 'Next unit' }).click();
    await expectColors(page, '0:h4');
    await page.getByRole('button', { name: 'Previous unit' }).press('Enter');
    expect(await shown()).toBe('0:h3');
    await picker.press('ArrowDown');
    expect(await shown()).toBe('0:h4');

    const third = nameOf(responses['after a space']![2]!);
    await page.locator('.ranking', { hasText: 'after a space' }).getByRole('button').nth(2).click();
    await expectColors(page, third);
    expect(await page.locator('#unit-readout').textContent()).toMatch(
      new RegExp(`^Unit ${third}: correlates with .*“after a space” \\(`),
    );
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('reads the value of a character by pointing and by keys', async () => {
    const { page } = await openFile(browser, file);
    await page.locator('[aria-pressed="true"]').first().waitFor();
    await page.getByRole('combobox', { name: 'Unit', exact: true }).selectOption('0:h3');
    const { values, characters } = JSON.parse(
      (await command('--neuron', '0:h3', '--json')).stdout,
    ) as Printed;
    const expectCharacter = async (t: number) => {
      const text = await page.locator('#character-readout').textContent();
      const [, at, value] = text!.match(/^After .*, character (\d+): unit 0:h3 is (.*)\.$/)!;
      expect(Number(at)).toBe(t);
      expect(Math.abs(Number(value!.replace('−', '-')) - values[t]!)).toBeLessThan(0.005);
    };
    await page.locator('#text span').nth(25).hover();
    await expectCharacter(25);
    await page.locator('#text').focus();
    await page.keyboard.press('ArrowRight');
    await expectCharacter(26);
    await page.keyboard.press('End');
    await expectCharacter(characters.length - 1);
    await page.context().close();
  });

  it('speaks Korean, goes from part to part by a clicker, fills the screen', async () => {
    const { page, troubles } = await openFile(browser, file);
    await page.locator('[aria-pressed="true"]').first().waitFor();
    await page.locator('#text').focus();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: '한국어' }).click();
    await page
      .getByRole('heading', { level: 1, name: 'example-lstm.json의 유닛은 무엇에 반응하는가' })
      .waitFor();
    expect(await page.title()).toBe('example-lstm.json의 유닛');
    expect(await page.locator('#unit-readout').textContent()).toMatch(
      /^유닛 0:[hc]\d+: .*와 상관이 있습니다\. 평균이 가장 높은 문자 /,
    );
    expect(await page.locator('#character-readout').textContent()).toMatch(
      /^599번 문자 “.” 뒤: 유닛 0:[hc]\d+의 값은 .*\.$/,
    );
    expect(await page.locator('#text').getAttribute('aria-label')).toBe('글. 화살표 키로 문자를 옮겨 갑니다');
    await page.getByRole('heading', { name: '줄 안의 위치' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('#character-readout').textContent()).toMatch(
      /^After “.”, character 599: unit /,
    );
    await page.setViewportSize({ width: 390, height: 700 });
    await page.evaluate(() => scrollTo(0, 0));
    await page.keyboard.press('PageDown');
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('colours-title');
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await page.locator('[data-full][aria-pressed=true]').click();
    await page.waitForFunction(() => document.fullscreenElement === null);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('shows the text as it is, in a file below 300 kB', async () => {
    const { page } = await openFile(browser, file, { ...DESKTOP, javaScriptEnabled: false });
    const { characters } = JSON.parse((await command('--json')).stdout) as Printed;
    const shown = await page.locator('#text span').allTextContents();
    expect(shown.join('')).toBe(characters.join('').replaceAll('\n', '⏎'));
    expect(readFileSync(file).length).toBeLessThan(300_000);
    await page.context().close();
  });
});
