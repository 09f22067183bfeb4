/** The first page: opens every device of this browser, lets each compute one norm, and measures them for some seconds. */
import { norm, type DeviceKind } from 'unitball';
import { deviceOf, kinds, messageOf, nameOf } from './devices.ts';
import { byId, html } from './dom.ts';
import { offerSelfTest } from './self-test.ts';

const list = byId('devices', HTMLUListElement);

async function show(kind: DeviceKind): Promise<void> {
  const name = html('span', { class: 'soft' }, 'opening …');
  const answer = html('span');
  list.append(html('li', {}, html('b', {}, kind), ' ', name, ' ', answer));
  try {
    const device = await deviceOf(kind);
    name.textContent = `${nameOf(device.info)}.`;
    const length = await norm([3, 4], { device }).item();
    answer.textContent = `‖(3, 4)‖ = ${length}`;
    answer.className = length === 5 ? 'good' : 'error';
  } catch (error) {
    name.textContent = messageOf(error);
  }
}

await Promise.all(kinds.map(show));
offerSelfTest();
document.body.dataset['state'] = 'done';
