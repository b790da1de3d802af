using System.Text;

namespace Foreman.Tools.Files;

/// <summary>The two texts of an edit as bytes, with LF at line ends whatever the model sent, and in lines.</summary>
internal sealed class EditTexts
{
    private EditTexts(string oldText, string newText)
    {
        (RawOld, RawNew) = (Encoding.UTF8.GetBytes(Unmarked(oldText)), Encoding.UTF8.GetBytes(Unmarked(newText)));
        (Old, New) = (Fold(RawOld), Fold(RawNew));
        OnlyLineEndsDiffer = Old.AsSpan().TrimEnd((byte)'\n').SequenceEqual(New.AsSpan().TrimEnd((byte)'\n'));
    }

    /// <summary>As the model sent them.</summary>
    internal byte[] RawOld { get; }

    internal byte[] RawNew { get; }

    /// <summary>With LF for CRLF.</summary>
    internal byte[] Old { get; }

    internal byte[] New { get; }

    /// <summary>True when the edit is about line ends, or the last of them: it is then made as it stands.</summary>
    internal bool OnlyLineEndsDiffer { get; }

    /// <summary>Reads the texts of a call; a byte order mark in front of them is dropped.</summary>
    internal static EditTexts Of(string oldText, string newText) => new(oldText, newText);

    /// <summary>The lines of a text with LF, by where they begin and end; a text that ends with LF has an empty last one.</summary>
    internal static List<Range> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<Range>();
        var start = 0;
        while (text[start..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            lines.Add(start..(start + length));
            start += length + 1;
        }

        lines.Add(start..text.Length);
        return lines;
    }

    private static string Unmarked(string text) => text.StartsWith('\uFEFF') ? text[1..] : text;

    private static byte[] Fold(byte[] text)
    {
        if (text.AsSpan().IndexOf("\r\n"u8) < 0)
        {
            return text;
        }

        var folded = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\r' || i + 1 == text.Length || text[i + 1] != '\n')
            {
                folded[length++] = text[i];
            }
        }

        return folded[..length];
    }
}
