import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@warren/service';

@ApiExcludeController()
@Controller()
export class HomeController {
  @Public()
  @Get()
  @Redirect('/docs', 302)
  home(): void {
    // The decorator says it all.
  }
}
