using System.Text;
using Foreman.Primitives;

namespace Foreman.Tools.Shell;

/// <summary>What a program wrote to its terminal, as plain text.</summary>
public static class TerminalText
{
    private const char Escape = '\u001b';
    private const char Bell = '\u0007';

    /// <summary>Bytes as text without colours, cursor moves and titles; of a line that was written over itself, the last state.</summary>
    /// <param name="bytes">As they came; what is no UTF-8 becomes U+FFFD.</param>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var result = new StringBuilder(text.Length);
        var lineStart = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case Escape:
                    i = EndOfSequence(text, i);
                    break;
                case '\r' when i + 1 < text.Length && text[i + 1] is not ('\n' or '\r'):
                    result.Length = lineStart;
                    break;
                case '\b':
                    result.Length = Math.Max(lineStart, result.Length - 1);
                    break;
                case '\n':
                    _ = result.Append('\n');
                    lineStart = result.Length;
                    break;
                case '\t' or (>= ' ' and not '\u007f' and not (>= '\u0080' and < '\u00a0')):
                    _ = result.Append(text[i]);
                    break;
            }
        }

        return Printable.Text(result.ToString());
    }

    // CSI ends with a letter or one of @[\]^_`{|}~, OSC and other strings with BEL or ESC \, everything else is two characters.
    private static int EndOfSequence(string text, int at)
    {
        if (at + 1 >= text.Length)
        {
            return at;
        }

        if (text[at + 1] == '[')
        {
            var end = at + 2;
            while (end < text.Length && text[end] is < '@' or > '~')
            {
                end++;
            }

            return Math.Min(end, text.Length - 1);
        }

        if (text[at + 1] is not (']' or 'P' or '_' or '^' or 'X'))
        {
            return at + 1;
        }

        for (var end = at + 2; end < text.Length; end++)
        {
            if (text[end] == Bell || (text[end] == '\\' && text[end - 1] == Escape))
            {
                return end;
            }
        }

        return text.Length - 1;
    }
}
