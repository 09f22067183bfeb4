/** The page on regularization: balls and ellipses, the paths of linear models, and what thresholds do. */
import type { Device, DeviceKind } from 'unitball';
import { offerOne } from './device-choice.ts';
import { deviceOf } from './devices.ts';
import { byId } from './dom.ts';
import { showBall } from './regularization/ball.ts';
import { diabetesPanel } from './regularization/diabetes.ts';
import { largerPanel } from './regularization/larger.ts';
import { modelsPanel } from './regularization/models.ts';
import { thresholdsPanel } from './regularization/thresholds.ts';

let kind: DeviceKind = 'cpu';

const deviceNow = (): Promise<Device> => deviceOf(kind);
const panels = [modelsPanel(deviceNow), diabetesPanel(deviceNow), thresholdsPanel(deviceNow)];
largerPanel(deviceNow);

async function drawAll(): Promise<void> {
  document.body.dataset['state'] = 'busy';
  await Promise.all(panels.map(draw => draw()));
  document.body.dataset['state'] = 'ready';
}

const { best } = await offerOne(byId('devices', HTMLFieldSetElement), chosen => {
  kind = chosen;
  return drawAll();
});
if (best) kind = best.kind;
await showBall();
await drawAll();
