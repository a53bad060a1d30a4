import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res, type Type } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Response } from 'express';
import { ProblemError } from '../http/problem.errors.js';

const own = join(__dirname, '../../assets');
const folders: Readonly<Record<string, string>> = { 'pico.min.css': dirname(require.resolve('@picocss/pico')), 'pages.css': own, 'live.js': own };

/** Style sheets and scripts of pages, below a path. */
export function assetsController(path: string): Type {
  @ApiExcludeController()
  @Controller(path)
  class AssetsController {
    @Get(':name')
    show(@Param('name') name: string, @Res() response: Response): void {
      const root = Object.hasOwn(folders, name) ? folders[name] : undefined;
      if (root === undefined) throw new ProblemError(404, { code: 'no-such-asset', detail: `There are ${Object.keys(folders).join(', ')}.` });
      response.sendFile(name, { root, maxAge: '1h' });
    }
  }
  return AssetsController;
}
