// A guard against hanging, not a measure: integration specs start whole applications, on machines where others work too.
jest.setTimeout(30_000);
