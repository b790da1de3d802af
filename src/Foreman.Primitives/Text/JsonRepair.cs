using System.Buffers;
using System.Globalization;
using System.Text;

namespace Foreman.Primitives;

/// <summary>Replaces what strict readers of JSON refuse or, worse, accept and later can't decode.</summary>
internal static class JsonRepair
{
    private static readonly SearchValues<byte> Ordinary = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x60).Select(b => (byte)b).Where(b => b is not ((byte)'"' or (byte)'\\' or (byte)',' or (byte)'[' or (byte)'{'))]);

    private static readonly byte[][] Escapes = [.. Enumerable.Range(0, 0x20).Select(b => Encoding.ASCII.GetBytes($"\\u{b:x4}"))];

    /// <summary>Goes through the text once.</summary>
    /// <param name="json">Any bytes.</param>
    /// <param name="maxBytes">The longest repaired text: an escape is six times as long as what it stands for.</param>
    /// <returns>The repaired text, null when nothing is to be repaired; and the most values that it can hold.</returns>
    /// <exception cref="ForeignTextException">The repaired text would be longer.</exception>
    internal static (ReadOnlyMemory<byte>? Repaired, int Values) Repair(ReadOnlySpan<byte> json, int maxBytes)
    {
        ArrayBufferWriter<byte>? output = null;
        var written = 0;
        var values = 1;
        var inString = false;
        var i = 0;
        while (i < json.Length)
        {
            var ordinary = json[i..].IndexOfAnyExcept(Ordinary);
            if (ordinary != 0)
            {
                i = ordinary < 0 ? json.Length : i + ordinary;
                continue;
            }

            var b = json[i];
            values += !inString && b is (byte)',' or (byte)'[' or (byte)'{' ? 1 : 0;
            inString ^= b is (byte)'"';
            var (length, instead) = Step(json[i..], inString);
            if (instead is not null)
            {
                output ??= new ArrayBufferWriter<byte>(json.Length + 64);
                Write(output, json[written..i], maxBytes);
                Write(output, instead, maxBytes);
                written = i + length;
            }

            i += length;
        }

        if (output is null)
        {
            return (null, values);
        }

        Write(output, json[written..], maxBytes);
        return (output.WrittenMemory, values);
    }

    private static void Write(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> bytes, int maxBytes)
    {
        if (bytes.Length > maxBytes - output.WrittenCount)
        {
            throw new ForeignTextException($"the JSON is larger than {maxBytes} bytes once its control characters are escaped");
        }

        output.Write(bytes);
    }

    /// <summary>How many bytes go together, and what stands for them when they are to be replaced.</summary>
    private static (int Length, byte[]? Instead) Step(ReadOnlySpan<byte> rest, bool inString)
    {
        switch (rest[0])
        {
            case (byte)'\\' when inString:
                return Escape(rest);

            case < 0x20 when inString:
                return (1, Escapes[rest[0]]);

            case >= 0x80:
                var valid = Rune.DecodeFromUtf8(rest, out _, out var length) is OperationStatus.Done;
                return (length, valid ? null : "\uFFFD"u8.ToArray());

            default:
                return (1, null);
        }
    }

    private static (int Length, byte[]? Instead) Escape(ReadOnlySpan<byte> rest)
    {
        if (CodeUnit(rest) is not { } unit)
        {
            return (Math.Min(2, rest.Length), null);
        }

        var isPair = char.IsHighSurrogate(unit) && CodeUnit(rest[6..]) is { } next && char.IsLowSurrogate(next);
        return isPair ? (12, null) : char.IsSurrogate(unit) ? (6, @"\ufffd"u8.ToArray()) : (6, null);
    }

    /// <summary>The UTF-16 code unit of <c>\uXXXX</c> at the beginning of the text.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && text[0] is (byte)'\\' && text[1] is (byte)'u'
            && ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
