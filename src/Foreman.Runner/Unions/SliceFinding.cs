using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Primitives;
using Foreman.Runner.Publishing;

namespace Foreman.Runner.Unions;

/// <summary>What keeps slices from being joined, or what they do not agree on.</summary>
/// <param name="Rule">One of <see cref="SliceRules"/>.</param>
/// <param name="Message">What is wrong, for people, without the place.</param>
internal sealed record SliceFinding(string Rule, string Message)
{
    /// <summary>Most findings of a result.</summary>
    public const int Max = 50;

    private const int MaxMessage = 300;

    /// <summary>Name of the slice; null when it is about several.</summary>
    public string? Slice { get; init; }

    /// <summary>The file, from the top of the repository; null when it is about none.</summary>
    public string? File { get; init; }

    /// <summary>Line of the file, from 1; null when it is about the whole file.</summary>
    public int? Line { get; init; }

    /// <summary>True for what is only told.</summary>
    public bool IsAdvisory { get; init; }

    /// <summary>One line for people: the place and the message.</summary>
    public string Text => Printable.Line(
        File is null ? Message : Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{File}:{line}: {Message}") : $"{File}: {Message}", MaxMessage);

    /// <summary>The findings of a result, those that count before those that are only told.</summary>
    public static JsonArray ToJson(IEnumerable<SliceFinding> findings) => [.. findings.OrderBy(f => f.IsAdvisory).Take(Max).Select(f => (JsonNode)f.ToJson())];

    private JsonObject ToJson()
    {
        var json = new JsonObject { ["rule"] = Rule };
        if (Slice is not null)
        {
            json["slice"] = Printable.Line(Slice);
        }

        if (File is not null)
        {
            json["file"] = Printable.Line(File);
        }

        if (Line is { } line)
        {
            json["line"] = line;
        }

        json["message"] = Printable.Line(Message, MaxMessage);
        if (IsAdvisory)
        {
            json["advisory"] = true;
        }

        return json;
    }
}

/// <summary>The words that say what a finding is about.</summary>
internal static class SliceRules
{
    public const string OwnedTwice = "owned-twice";
    public const string Outside = "outside";
    public const string Conflict = "conflict";
    public const string Unrelated = "unrelated";
    public const string Submodule = "submodule";
    public const string Case = "case";
    public const string Moved = "moved";
    public const string Undefined = "undefined";
    public const string Unreferenced = "unreferenced";
    public const string Contract = "contract";
    public const string NotRead = "not-read";
}

/// <summary>What became of the slices of an integrate.</summary>
internal sealed record SliceUnion
{
    /// <summary>What was found.</summary>
    public ImmutableArray<SliceFinding> Findings { get; init; } = [];

    /// <summary>Names of the slices that changed something, in the order in which they were joined.</summary>
    public ImmutableArray<string> Joined { get; init; } = [];

    /// <summary>Why nothing is joined that is no finding, such as a key in a slice; null when there is no such thing.</summary>
    public Ending? Ending { get; init; }

    /// <summary>True when something found keeps the slices from being published together.</summary>
    public bool IsRejected => Ending is not null || Findings.Any(f => !f.IsAdvisory);
}
