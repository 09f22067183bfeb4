/** The first page: opens every device of this browser, lets each compute one norm, and measures them for some seconds. */
import { norm, type DeviceKind } from 'unitball';
import { deviceOf, kinds, messageOf, nameOf } from './devices.ts';
import { byId, html } from './dom.ts';
import { tendLosses } from './loss.ts';
import { offerSelfTest } from './self-test.ts';

const list = byId('devices', HTMLUListElement);
const lines = new Map(kinds.map(kind => [kind, html('li', { 'data-device': kind })]));
list.append(...lines.values());
/** Those that have computed. */
const able = new Set<DeviceKind>();

/** Opens a device and lets it compute. Rejects where that cannot be. */
async function show(kind: DeviceKind): Promise<void> {
  const name = html('span', { class: 'soft' }, 'opening …');
  const answer = html('span');
  able.delete(kind);
  lines.get(kind)?.replaceChildren(html('b', {}, kind), ' ', name, ' ', answer);
  try {
    const device = await deviceOf(kind);
    name.textContent = `${nameOf(device.info)}.`;
    const length = await norm([3, 4], { device }).item();
    answer.textContent = `‖(3, 4)‖ = ${length}`;
    answer.className = length === 5 ? 'good' : 'error';
    able.add(kind);
  } catch (error) {
    name.textContent = messageOf(error);
    throw error;
  }
}

await Promise.allSettled(kinds.map(show));
tendLosses({ uses: kind => able.has(kind), reopen: show });
offerSelfTest();
document.body.dataset['state'] = 'done';
