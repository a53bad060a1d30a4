import { temporaryFolder } from '../../test/workspace.js';
import { assertSpace } from './disk.js';

describe('assertSpace', () => {
  it('lets a disk with room pass, and says how much a full one lacks', () => {
    const folder = temporaryFolder();
    assertSpace(folder, 1);
    expect(() => assertSpace(folder, 1e18)).toThrow(
      new RegExp(`^The disk of ${folder} is full, \\d+ MB left and 1000000000000 MB needed: free some, or set WARREN_FOLDER to a folder on another disk\\.$`),
    );
  });
});
