import { startTools } from '../../shared/client/tools.ts';
import type { CurveData, DriversData, HeatMapData } from '../data.ts';
import { showCurve } from './curve.ts';
import { showDrivers } from './drivers.ts';
import { showHeatMaps } from './heat-map.ts';

/** What each part says anew in another language. */
const retellers: (() => void)[] = [];

/** Calls a part with its element, its read-out and its data, where the page has them. */
async function start<T>(
  id: string,
  target: string,
  show: (element: HTMLElement, readout: HTMLElement, data: T) => (() => void) | Promise<() => void>,
): Promise<void> {
  const [element, readout, data] = [target, `${id}-readout`, `${id}-data`].map((name) =>
    document.getElementById(name),
  );
  if (element && readout && data)
    retellers.push(await show(element, readout, JSON.parse(data.textContent ?? '') as T));
}

start<CurveData>('curve', 'curve-chart', showCurve);
for (const series of ['a', 'b']) {
  start<HeatMapData>(`heat-${series}`, `heat-${series}`, showHeatMaps);
  start<DriversData>(`drivers-${series}`, `drivers-${series}`, showDrivers);
}
startTools(() => {
  for (const retell of retellers) retell();
});
