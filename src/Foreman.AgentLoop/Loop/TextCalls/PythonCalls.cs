using System.Globalization;
using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Model;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.TextCalls;

/// <summary>
/// Calls that are written as those of Python, with literal keyword arguments: in brackets, <c>[grep(pattern="x")]</c>, the form of
/// LFM2 and Llama 3.2, or in a block of <c>tool_code</c>, the form of Gemma 3. They end the text and name offered tools.
/// </summary>
internal sealed class PythonCalls : ICallAdapter
{
    private const string Fence = "```";
    private const string Block = "```tool_code";

    // LFM2 puts marks around its list, and some servers show them.
    private const string OpenMark = "<|tool_call_start|>";
    private const string CloseMark = "<|tool_call_end|>";

    /// <inheritdoc/>
    public ToolCallForm Form => ToolCallForm.Python;

    /// <inheritdoc/>
    public LiftedCalls? Lift(string text, Func<string, bool> isOffered)
    {
        var body = text.TrimEnd();
        var start = body.LastIndexOf(Block, StringComparison.Ordinal);
        if (start >= 0 && body.EndsWith(Fence, StringComparison.Ordinal) && body.Length - Fence.Length >= start + Block.Length)
        {
            return Read(body[(start + Block.Length)..^Fence.Length], isOffered) is { } fenced ? new LiftedCalls(start, fenced) : null;
        }

        start = body.IndexOf(OpenMark, StringComparison.Ordinal);
        if (start >= 0)
        {
            var list = body[(start + OpenMark.Length)..];
            list = list.EndsWith(CloseMark, StringComparison.Ordinal) ? list[..^CloseMark.Length] : list;
            return Read(list, isOffered) is { } marked ? new LiftedCalls(start, marked) : null;
        }

        // Without marks only a text that is nothing else counts, or one whose last paragraph is.
        start = body.LastIndexOf("\n\n", StringComparison.Ordinal) + 1;
        return body.AsSpan(start).TrimStart() is ['[', ..] && body.EndsWith(']') && Read(body[start..], isOffered) is { } calls ? new LiftedCalls(start, calls) : null;
    }

    private static List<RawToolCall>? Read(string text, Func<string, bool> isOffered)
    {
        var reader = new Reader(text);
        var calls = reader.Calls();
        return calls is { Count: > 0 and <= CallAssembler.MaxCalls } && calls.TrueForAll(c => isOffered(c.Name)) ? calls : null;
    }

    /// <summary>Reads literals only: names, operators and everything else that would have to be evaluated ends it.</summary>
    private sealed class Reader(string text)
    {
        private const int MaxDepth = 16;
        private int _at;

        internal List<RawToolCall>? Calls()
        {
            var calls = new List<RawToolCall>();
            var bracketed = Take('[');
            while (true)
            {
                if (Name() is not { } name || !Take('(') || Arguments() is not { } arguments)
                {
                    return null;
                }

                calls.Add(new RawToolCall(name, arguments));
                if (bracketed ? Take(']') : IsAtEnd())
                {
                    return IsAtEnd() ? calls : null;
                }

                if (bracketed && !Take(','))
                {
                    return null;
                }
            }
        }

        private string? Arguments() => ArgumentsJson.Of(json =>
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (!Take(')'))
            {
                if ((seen.Count > 0 && !Take(',')) || Name() is not { } name || !seen.Add(name) || !Take('='))
                {
                    return false;
                }

                json.WritePropertyName(name);
                if (!Value(json, 0))
                {
                    return false;
                }
            }

            return true;
        });

        private bool Value(Utf8JsonWriter json, int depth)
        {
            SkipSpace();
            switch (_at < text.Length ? text[_at] : '\0')
            {
                case '"' or '\'':
                    if (Quoted() is not { } quoted)
                    {
                        return false;
                    }

                    json.WriteStringValue(quoted);
                    return true;
                case '[' when depth < MaxDepth:
                    return List(json, depth);
                case '{' when depth < MaxDepth:
                    return Dictionary(json, depth);
                default:
                    return Word(json);
            }
        }

        private bool List(Utf8JsonWriter json, int depth)
        {
            _ = Take('[');
            json.WriteStartArray();
            for (var first = true; !Take(']'); first = false)
            {
                if ((!first && !Take(',')) || !Value(json, depth + 1))
                {
                    return false;
                }
            }

            json.WriteEndArray();
            return true;
        }

        private bool Dictionary(Utf8JsonWriter json, int depth)
        {
            _ = Take('{');
            json.WriteStartObject();
            for (var first = true; !Take('}'); first = false)
            {
                if (!first && !Take(','))
                {
                    return false;
                }

                SkipSpace();
                if (Quoted() is not { } key || !Take(':'))
                {
                    return false;
                }

                json.WritePropertyName(key);
                if (!Value(json, depth + 1))
                {
                    return false;
                }
            }

            json.WriteEndObject();
            return true;
        }

        private bool Word(Utf8JsonWriter json)
        {
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.'))
            {
                _at++;
            }

            var word = text.AsSpan(start, _at - start);
            if (word is "True" or "true" or "False" or "false")
            {
                json.WriteBooleanValue(word is "True" or "true");
            }
            else if (word is "None" or "null")
            {
                json.WriteNullValue();
            }
            else if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                json.WriteNumberValue(whole);
            }
            else if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                json.WriteNumberValue(number);
            }
            else
            {
                return false;
            }

            return true;
        }

        /// <summary>A string in single, double or triple quotes, with Python's usual escapes; null when it has no end.</summary>
        private string? Quoted()
        {
            if (_at >= text.Length || text[_at] is not ('"' or '\''))
            {
                return null;
            }

            var quote = text[_at];
            var triple = new string(quote, 3);
            var mark = text.AsSpan(_at).StartsWith(triple, StringComparison.Ordinal) ? triple : triple[..1];
            _at += mark.Length;
            var value = new StringBuilder();
            while (_at < text.Length)
            {
                if (text.AsSpan(_at).StartsWith(mark, StringComparison.Ordinal))
                {
                    _at += mark.Length;
                    return value.ToString();
                }

                var c = text[_at++];
                if (c == '\\' && _at < text.Length)
                {
                    var escaped = text[_at++];
                    _ = escaped switch
                    {
                        'n' => value.Append('\n'),
                        't' => value.Append('\t'),
                        'r' => value.Append('\r'),
                        '\\' or '"' or '\'' => value.Append(escaped),
                        _ => value.Append('\\').Append(escaped),
                    };
                }
                else
                {
                    _ = value.Append(c);
                }
            }

            return null;
        }

        private string? Name()
        {
            SkipSpace();
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_'))
            {
                _at++;
            }

            return _at > start ? text[start.._at] : null;
        }

        private bool Take(char c)
        {
            SkipSpace();
            if (_at >= text.Length || text[_at] != c)
            {
                return false;
            }

            _at++;
            return true;
        }

        private bool IsAtEnd()
        {
            SkipSpace();
            return _at == text.Length;
        }

        private void SkipSpace()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }
    }
}
