import { type Problem } from '@warren/protocol';
import { type Response } from 'express';

type Render = (problem: Problem) => string;

const pages = new WeakMap<Response, Render>();

/** From now on a failure of the request is answered with a page instead of a problem's JSON. */
export const showProblems = (response: Response, render: Render): void => void pages.set(response, render);

export const problemPageOf = (response: Response): Render | undefined => pages.get(response);
