import { type Migrations } from '@warren/database';
import { journal } from './001-journal.js';
import { views } from './002-views.js';
import { deadLetters } from './003-dead-letters.js';
import { deadLetterViews } from './004-dead-letter-views.js';
import { journeys } from './005-journeys.js';
import { announced } from './006-announced.js';
import { statistics } from './006-statistics.js';
import { replays } from './007-replays.js';
import { kept } from './008-kept.js';
import { ends } from './009-ends.js';
import { search } from './010-search.js';
import { roots } from './011-roots.js';
import { days } from './012-days.js';
import { rollups } from './013-rollups.js';
import { logPieces } from './014-log-pieces.js';

export const migrations: Migrations = {
  '001-journal': journal,
  '002-views': views,
  '003-dead-letters': deadLetters,
  '004-dead-letter-views': deadLetterViews,
  '005-journeys': journeys,
  '006-announced': announced,
  '006-statistics': statistics,
  '007-replays': replays,
  '008-kept': kept,
  '009-ends': ends,
  '010-search': search,
  '011-roots': roots,
  '012-days': days,
  '013-rollups': rollups,
  '014-log-pieces': logPieces,
};
