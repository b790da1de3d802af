using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Foreman.Kubernetes;

/// <summary>
/// Loads YAML from outside with bounds on size, depth and number of values, aliases counted as what they stand for: readers of
/// its tree call themselves for each level, and an alias of aliases grows without end.
/// </summary>
internal static class YamlBounds
{
    /// <summary>The longest text, in characters.</summary>
    public const int MaxCharacters = 4 << 20;

    /// <summary>How deep lists and maps may be nested.</summary>
    public const int MaxDepth = 100;

    /// <summary>The most values, keys included.</summary>
    public const int MaxValues = 100_000;

    /// <summary>The documents of a text.</summary>
    /// <exception cref="YamlException">It is no YAML or beyond a limit; nothing else is thrown.</exception>
    public static YamlStream Load(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new YamlException($"the text is longer than {MaxCharacters} characters");
        }

        try
        {
            Check(new Parser(new StringReader(text)));
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException or InvalidCastException)
        {
            throw new YamlException($"the text can't be read ({e.Message})", e);
        }
    }

    private static void Check(Parser parser)
    {
        var sizes = new Dictionary<AnchorName, long>();
        var open = new Stack<(AnchorName Anchor, long Before)>();
        long values = 0;
        while (parser.MoveNext())
        {
            values++;
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)parser.Current).Anchor, values));
                    break;
                case MappingEnd or SequenceEnd when open.TryPop(out var ended) && !ended.Anchor.IsEmpty:
                    sizes[ended.Anchor] = values - ended.Before;
                    break;
                case Scalar { Anchor.IsEmpty: false } scalar:
                    sizes[scalar.Anchor] = 1;
                    break;
                case AnchorAlias alias when open.Any(o => o.Anchor == alias.Value):
                    throw new YamlException(alias.Start, alias.End, $"the alias {alias.Value} stands within what it means");
                case AnchorAlias alias:
                    values += sizes.GetValueOrDefault(alias.Value);
                    break;
                default:
                    break;
            }

            if (open.Count > MaxDepth || values > MaxValues)
            {
                var at = parser.Current!;
                throw new YamlException(at.Start, at.End, open.Count > MaxDepth ? $"more than {MaxDepth} levels" : $"more than {MaxValues} values");
            }
        }
    }
}
