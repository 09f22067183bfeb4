/** The page on regularization: balls and ellipses, the paths of linear models, and what thresholds do. */
import { showBall } from './regularization/ball.ts';

await showBall();
document.body.dataset['state'] = 'ready';
