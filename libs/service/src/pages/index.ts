export { PagesModule } from './pages.module.js';
export { Pages, type PagesOptions } from './pages.service.js';
export { Tally } from './tally.js';
