import express, { type RequestHandler } from 'express';

/**
 * Reads a body of any content type as text, for a module's middleware: `consumer.apply(textBody(1024)).forRoutes(…)`.
 * No body is read where nobody asks for it. A body over the limit (bytes, after decompression) is 413.
 */
export const textBody = (limit: number): RequestHandler => express.text({ type: () => true, limit });

/** Reads a form's fields, of which one that comes twice is a list; a body over the limit (bytes) is 413, one that is no form is none. */
export const formBody = (limit: number): RequestHandler => express.urlencoded({ extended: false, limit });

/** Reads a JSON body, whatever its content type says; text that is no JSON is 400, a body over the limit (bytes) 413. */
export const jsonBody = (limit: number): RequestHandler => express.json({ type: () => true, limit, strict: false });
