using System.Globalization;
using System.Text;

namespace Foreman.DevCluster.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Integer,
    Constant,
    Symbol,
}

/// <param name="Kind">What it is.</param>
/// <param name="Position">Index of its first character.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Value">The value of a constant; an integer has none yet, for a minus sign before it counts.</param>
internal readonly record struct CelToken(CelTokenKind Kind, int Position, string Text, CelValue? Value = null);

/// <summary>Splits an expression into its words.</summary>
internal sealed class CelLexer
{
    /// <summary>Longest expression, as in the API server's parser.</summary>
    public const int MaxLength = 100_000;

    // Longer ones before those that they begin with.
    private static readonly string[] Symbols =
        ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ",", ".", "(", ")", "[", "]", "{", "}"];

    private readonly string _text;
    private int _at;

    private CelLexer(string text) => _text = text;

    /// <summary>All tokens, the end as the last.</summary>
    /// <exception cref="CelException">It is too long, or holds what is no token.</exception>
    public static List<CelToken> Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new CelException(text, 0, $"expression code point size exceeds limit: size: {text.Length}, limit {MaxLength}");
        }

        var lexer = new CelLexer(text);
        var tokens = new List<CelToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != CelTokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        SkipSpace();
        var start = _at;
        if (_at == _text.Length)
        {
            return new(CelTokenKind.End, start, "");
        }

        if (QuoteAfterPrefix() is { } quote)
        {
            return ReadQuoted(quote);
        }

        if (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return ReadNumber();
        }

        if (IsNameStart(_text[_at]))
        {
            while (IsNameStart(Peek(0)) || char.IsAsciiDigit(Peek(0)))
            {
                _at++;
            }

            return new(CelTokenKind.Identifier, start, _text[start.._at]);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return new(CelTokenKind.Symbol, start, symbol);
            }
        }

        throw Fault(start, $"Syntax error: token recognition error at: '{_text[start]}'");
    }

    private void SkipSpace()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _at++;
            }
            else if (_text[_at] == '/' && Peek(1) == '/')
            {
                while (_at < _text.Length && _text[_at] != '\n')
                {
                    _at++;
                }
            }
            else
            {
                return;
            }
        }
    }

    private CelToken ReadNumber()
    {
        var start = _at;
        if (_text[_at] == '0' && Peek(1) == 'x' && char.IsAsciiHexDigit(Peek(2)))
        {
            _at += 2;
            SkipDigits(hexadecimal: true);
            return EndInteger(start);
        }

        SkipDigits(hexadecimal: false);
        var isDouble = false;
        if (Peek(0) == '.' && char.IsAsciiDigit(Peek(1)))
        {
            isDouble = true;
            _at++;
            SkipDigits(hexadecimal: false);
        }

        var sign = Peek(1) is '+' or '-' ? 1 : 0;
        if (Peek(0) is 'e' or 'E' && char.IsAsciiDigit(Peek(1 + sign)))
        {
            isDouble = true;
            _at += 1 + sign;
            SkipDigits(hexadecimal: false);
        }

        if (!isDouble)
        {
            return EndInteger(start);
        }

        var text = _text[start.._at];
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new CelToken(CelTokenKind.Constant, start, text, new CelDouble(number))
            : throw Fault(start, "invalid double literal");
    }

    private CelToken EndInteger(int start)
    {
        var digits = _text[start.._at];
        if (Peek(0) is not ('u' or 'U'))
        {
            return new(CelTokenKind.Integer, start, digits);
        }

        _at++;
        return Magnitude(digits) is { } value
            ? new CelToken(CelTokenKind.Constant, start, _text[start.._at], new CelUint(value))
            : throw Fault(start, "invalid uint literal");
    }

    /// <summary>The number that decimal or hexadecimal digits write; null above 64 bits.</summary>
    public static ulong? Magnitude(string digits)
    {
        var fits = digits.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return fits ? value : null;
    }

    private void SkipDigits(bool hexadecimal)
    {
        while (hexadecimal ? char.IsAsciiHexDigit(Peek(0)) : char.IsAsciiDigit(Peek(0)))
        {
            _at++;
        }
    }

    /// <summary>The index of a quotation mark here, or after letters that say how to read what is quoted; null when there is none.</summary>
    private int? QuoteAfterPrefix()
    {
        var ahead = Peek(0) is 'b' or 'B' ? 1 : 0;
        ahead += Peek(ahead) is 'r' or 'R' ? 1 : 0;
        return Peek(ahead) is '"' or '\'' ? _at + ahead : null;
    }

    private CelToken ReadQuoted(int quote)
    {
        var start = _at;
        var content = new CelQuoted(isBytes: _text[start] is 'b' or 'B');
        var raw = quote > start && _text[quote - 1] is 'r' or 'R';
        var mark = _text[quote];
        var isLong = quote + 2 < _text.Length && _text[quote + 1] == mark && _text[quote + 2] == mark;
        _at = quote + (isLong ? 3 : 1);
        while (true)
        {
            if (_at >= _text.Length || (!isLong && _text[_at] is '\n' or '\r'))
            {
                throw Fault(start, $"Syntax error: token recognition error at: '{mark}'");
            }

            if (_text[_at] == mark && (!isLong || (Peek(1) == mark && Peek(2) == mark)))
            {
                _at += isLong ? 3 : 1;
                return new(CelTokenKind.Constant, start, _text[start.._at], content.ToValue());
            }

            if (_text[_at] == '\\' && !raw)
            {
                ReadEscape(content);
            }
            else
            {
                // What is no text becomes U+FFFD.
                Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var length);

                // Each end of a line is a line feed, as in cel-go.
                var isReturn = _text[_at] == '\r';
                content.Add(isReturn ? new Rune('\n') : rune);
                _at += isReturn && Peek(1) == '\n' ? 2 : length;
            }
        }
    }

    private void ReadEscape(CelQuoted content)
    {
        var start = _at;
        var letter = Peek(1);
        _at += 2;
        switch (letter)
        {
            case 'x' or 'X':
                content.AddCode(ReadCode(start, 2, 16));
                break;
            case 'u' when !content.IsBytes:
                content.Add(ToRune(start, ReadCode(start, 4, 16)));
                break;
            case 'U' when !content.IsBytes:
                content.Add(ToRune(start, ReadCode(start, 8, 16)));
                break;
            case >= '0' and <= '3':
                _at--;
                content.AddCode(ReadCode(start, 3, 8));
                break;
            default:
                content.Add(new Rune(Plain(letter) ?? throw Fault(start, "unable to unescape string")));
                break;
        }
    }

    private static char? Plain(char letter) => letter switch
    {
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        '\\' or '?' or '"' or '\'' or '`' => letter,
        _ => null,
    };

    private long ReadCode(int start, int digits, int radix)
    {
        var code = 0L;
        for (var i = 0; i < digits; i++, _at++)
        {
            var digit = Peek(0) switch
            {
                >= '0' and <= '9' and var c => c - '0',
                >= 'a' and <= 'f' and var c => c - 'a' + 10,
                >= 'A' and <= 'F' and var c => c - 'A' + 10,
                _ => radix,
            };
            code = digit < radix ? (code * radix) + digit : throw Fault(start, "unable to unescape string");
        }

        return code;
    }

    private Rune ToRune(int start, long code) =>
        code <= 0x10FFFF && Rune.TryCreate((int)code, out var rune) ? rune : throw Fault(start, "unable to unescape string: illegal Unicode code point");

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private static bool IsNameStart(char c) => c == '_' || char.IsAsciiLetter(c);

    private CelException Fault(int position, string fault) => new(_text, position, fault);
}

/// <summary>The content of a string or bytes literal while it is read.</summary>
internal sealed class CelQuoted(bool isBytes)
{
    private readonly StringBuilder _text = new();
    private readonly List<byte> _bytes = [];

    public bool IsBytes => isBytes;

    /// <summary>A character: itself in a string, its UTF-8 in bytes.</summary>
    public void Add(Rune rune)
    {
        if (!isBytes)
        {
            _text.Append(rune.ToString());
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        _bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    /// <summary>An escape below 256: a code point in a string, one byte in bytes.</summary>
    public void AddCode(long code)
    {
        if (isBytes)
        {
            _bytes.Add((byte)code);
        }
        else
        {
            _text.Append((char)code);
        }
    }

    public CelValue ToValue() => isBytes ? new CelBytes([.. _bytes]) : new CelText(_text.ToString());
}
