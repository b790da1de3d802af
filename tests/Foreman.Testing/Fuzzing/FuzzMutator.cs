using System.Text;

namespace Foreman.Testing;

/// <summary>Makes hostile inputs from good ones: the same seed makes the same inputs.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="maxBytes">The longest input.</param>
public sealed class FuzzMutator(Random random, int maxBytes)
{
    // What readers of text stumble over, in every format that is read here.
    private static readonly byte[][] Tokens =
    [
        .. ((string[])
        [
            @"\ud83d", @"\ude00", @"\u0000", @"\", "\"", "'", "{", "}", "[", "]", ",", ":", "\n", "\r", "\r\n", "\n\n", "\0", "\t", " ", "\uFEFF", "\u202e", "\u2028", "\u001b[2J",
            "null", "true", "NaN", "-", "0", "-1", "1e999", "18446744073709551616", "99999999999999999999", "3.0", "\"\"", "{}", "[]", "../", "data: ", "error: ", "event: ",
            "[DONE]", "<think>", "</think>", "<tool_call>", "</tool_call>", "```", "N/A", "[Insufficient Permissions]", "&a", "*a", "!!", "---\n", "# ", "=", ";", "kB", "%",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xF0, 0x9F], [0x98], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0xBD], [0x1F, 0x8B],
    ];

    private static readonly (string Open, string Close)[] Nests = [("[", "]"), ("{\"a\":", "}"), ("{\"a\":[", "]}"), ("\"{", "}\""), ("<a>", "</a>"), ("- ", ""), ("(", ")")];

    /// <summary>An input made from one or two others by one to four changes.</summary>
    /// <param name="pool">Not empty.</param>
    public byte[] Next(IReadOnlyList<byte[]> pool)
    {
        var input = pool[random.Next(pool.Count)];
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            input = Change(input, pool[random.Next(pool.Count)]);
            input = input.Length > maxBytes ? input[..maxBytes] : input;
        }

        return input;
    }

    /// <summary>The same bytes in parts of random length, none of them empty.</summary>
    /// <param name="input">Any bytes.</param>
    public IEnumerable<byte[]> Split(byte[] input)
    {
        var longest = random.Next(1, Math.Max(2, Math.Min(input.Length, 4096)));
        for (var at = 0; at < input.Length;)
        {
            var length = Math.Min(random.Next(1, longest + 1), input.Length - at);
            yield return input[at..(at + length)];
            at += length;
        }
    }

    private byte[] Change(byte[] input, byte[] other)
    {
        var (from, to) = Slice(input);
        switch (random.Next(10))
        {
            case 0:
                return input[..from];
            case 1:
                return [.. input[..from], .. input[to..]];
            case 2:
                return Flip(input);
            case 3:
                return [.. input[..to], .. input[from..]];
            case 4:
                return [.. input[..from], .. other[random.Next(other.Length + 1)..]];
            case 5:
                var (start, end) = Slice(other);
                return [.. input[..from], .. other[start..end], .. input[to..]];
            case 6:
                return Repeat(input, from, to);
            case 7:
                var (open, close) = Nests[random.Next(Nests.Length)];
                var depth = 1 << random.Next(0, random.Next(8) == 0 ? 16 : 8);
                return [.. input[..from], .. Times(open, depth), .. input[from..to], .. random.Next(4) == 0 ? [] : Times(close, depth), .. input[to..]];
            case 8:
                return [.. input[..from], .. Tokens[random.Next(Tokens.Length)], .. input[to..]];
            default:
                return [.. input[..from], .. Tokens[random.Next(Tokens.Length)], .. input[from..]];
        }
    }

    private byte[] Flip(byte[] input)
    {
        var copy = input.ToArray();
        for (var i = random.Next(1, 9); i > 0 && copy.Length > 0; i--)
        {
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        }

        return copy;
    }

    private byte[] Repeat(byte[] input, int from, int to)
    {
        if (from == to)
        {
            return input;
        }

        var times = Math.Min(1 << random.Next(1, 12), maxBytes / (to - from) + 1);
        return [.. input[..from], .. Enumerable.Repeat(input[from..to], times).SelectMany(b => b), .. input[to..]];
    }

    private static byte[] Times(string text, int times) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)));

    private (int From, int To) Slice(byte[] input)
    {
        var from = random.Next(input.Length + 1);
        return (from, Math.Min(input.Length, from + random.Next(1, 1 << random.Next(1, 8))));
    }
}
