/**
 * The query language, for peggy. A mistake is reported in words and at its place by the rule that meets it: once a quote,
 * "(", a sign or a reserved word is read, nothing else can be meant. Stray reads the rest, so that peggy's own report is never seen.
 */
export const grammar = String.raw`
{
  let depth = 0;

  /** At the end of what the rule has read. */
  function missing(what) {
    const { end } = location();
    error(what, { start: end, end });
  }

  function joined(kind, first, more) {
    return more.length === 0 ? first : { kind, parts: [first, ...more] };
  }

  /** The pieces of a text between its stars. */
  function textOf(pieces, quoted) {
    const parts = [''];
    for (const piece of pieces) {
      if (piece === null) parts.push('');
      else parts[parts.length - 1] += piece;
    }
    return { parts, quoted, source: text(), place: location().start };
  }
}

Query = _ query:Or? _ Stray { return query ?? { kind: 'and', parts: [] }; }

Or = first:And more:OrMore* { return joined('or', first, more); }
OrMore = _ word:OrWord _ part:And? { return part ?? missing('Expected something to search for after "' + word + '"'); }

And = first:Not more:AndMore* { return joined('and', first, more); }
AndMore
  = _ word:AndWord _ part:Not? { return part ?? missing('Expected something to search for after "' + word + '"'); }
  / _ @Not

Not
  = words:(@NotWord _)+ part:Primary? {
      if (!part) missing('Expected something to search for after "' + words[0] + '"');
      return words.length % 2 === 0 ? part : { kind: 'not', part };
    }
  / Primary

Primary = Group / Comparison / FreeText

Group = Open _ part:Filling _ closed:(")" / Stray) {
  if (!closed) error('Expected a closing ")" for the one', location());
  depth--;
  return part;
}
Open = "(" { if (++depth > options.nesting) error('Expected at most ' + options.nesting + ' parentheses in one another, and one more opens'); }
Filling = Or / "" { missing('Expected something to search for after "("'); }

Comparison = field:Field sign:Sign value:Value? {
  if (!value) missing('Expected a value after "' + text() + '"');
  return { kind: 'comparison', field, sign, value };
}

Field = name:Name path:("." @(Quoted / Segment))* &Sign {
  if (path.some(({ source }) => source === '')) error('Expected a name after each "." of the field');
  return { name, path: path.map(({ parts }) => parts.join('*')), place: location().start };
}
Name = $[^ \t\r\n\u00a0()":=<>.]+
Segment = NameCharacter* { return textOf([text()], false); }
NameCharacter = [^ \t\r\n\u00a0()":=<>.*]
Sign = sign:(">=" / "<=" / ">" / "<" / ":" / "=") { return { sign: sign === '=' ? ':' : sign, place: location().start }; }

Value = @Quoted Apart / ![:=<>] @BareValue Apart
BareValue = pieces:(Escaped / Star / [^ \t\r\n\u00a0()"])+ { return textOf(pieces, false); }

FreeText = text:(Quoted / FreeWord) Apart { return { kind: 'text', text }; }
FreeWord = !(OrWord / AndWord / NotWord) pieces:(Escaped / Star / [^ \t\r\n\u00a0()":=<>])+ { return textOf(pieces, false); }

Quoted = '"' pieces:(Escaped / Star / [^"])* closed:'"'? {
  if (!closed) error('Expected a closing quote for the one', location());
  return textOf(pieces, true);
}
Escaped = "\\" @["\\*]
Star = "*" { return null; }
Apart = &[ \t\r\n\u00a0()] / End / &Sign / "" { missing('Expected a space'); }

OrWord = $("or"i !WordCharacter)
AndWord = $("and"i !WordCharacter)
NotWord = $("not"i !WordCharacter)
WordCharacter = [^ \t\r\n\u00a0()"]

Stray
  = End
  / ")" { error('Nothing is open that a ")" could close'); }
  / word:(OrWord / AndWord) { error('Expected something to search for before "' + word + '"'); }
  / sign:Sign { error('Expected the name of a field before "' + sign.sign + '"'); }
  / character:. { error('Unexpected "' + character + '"'); }

End = !.
_ = [ \t\r\n\u00a0]*
`;
