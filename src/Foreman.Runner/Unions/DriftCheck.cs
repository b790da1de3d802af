using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;

namespace Foreman.Runner.Unions;

/// <summary>The files of a slice, as they are on its branch.</summary>
/// <param name="Slice">Its name.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Sha">The commit that was looked at.</param>
/// <param name="Texts">The slice's text files.</param>
internal sealed record SliceTexts(string Slice, string Branch, string Sha, TreeTexts Texts);

/// <summary>Whether slices have the identifiers that they are said to share: as whole words, in whatever language. Pure.</summary>
internal static class DriftCheck
{
    /// <summary>What does not agree; at most 50.</summary>
    /// <param name="slices">The slices.</param>
    /// <param name="shared">The task's spec.payload.sharedIdentifiers.</param>
    /// <param name="stop">Ends it; it is looked at before each identifier.</param>
    public static ImmutableArray<SliceFinding> Of(IReadOnlyList<SliceTexts> slices, IEnumerable<SharedIdentifier> shared, CancellationToken stop)
    {
        var bySlice = slices.DistinctBy(s => s.Slice).ToDictionary(s => s.Slice, StringComparer.Ordinal);
        return
        [
            .. shared.SelectMany(id => Of(bySlice, id, stop)).Concat(slices.SelectMany(s => NotRead(s))).Take(SliceFinding.Max),
        ];
    }

    private static IEnumerable<SliceFinding> Of(Dictionary<string, SliceTexts> slices, SharedIdentifier id, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var (defined, word) = (slices.GetValueOrDefault(id.DefinedBy), Printable.Line(id.Id));
        if (Missing(defined, id.Id) is { } undefined)
        {
            yield return undefined with { Rule = SliceRules.Undefined, Slice = id.DefinedBy, Message = $"slice {id.DefinedBy} is to define {word}, {undefined.Message}" };
        }

        var at = Place(defined, id.Id);
        foreach (var name in (id.ReferencedBy ?? []).Where(r => r != id.DefinedBy).Distinct(StringComparer.Ordinal))
        {
            if (Missing(slices.GetValueOrDefault(name), id.Id) is { } unreferenced)
            {
                yield return unreferenced with
                {
                    Rule = SliceRules.Unreferenced,
                    Slice = name,
                    Message = $"slice {name} is to use {word}{(at is null ? "" : $" ({id.DefinedBy} has it in {at})")}, {unreferenced.Message}",
                };
            }
        }
    }

    /// <summary>Why a slice does not have a word; null when it has it.</summary>
    private static SliceFinding? Missing(SliceTexts? slice, string word)
    {
        if (slice is null)
        {
            return new("", "and there is no such slice");
        }

        if (Place(slice, word) is not null)
        {
            return null;
        }

        var alike = slice.Texts.Files.Select(f => (File: f, Place: WordSearch.Alike(f.Text, word))).FirstOrDefault(f => f.Place is not null);
        return alike.Place is { } place ? new("", $"and has {place.Word} here") { File = alike.File.Path, Line = place.Line }
            : slice.Texts.Files.Count == 0 ? new("", $"and has no text files on {slice.Branch}")
            : new("", $"and none of its files has it on {slice.Branch}") { File = slice.Texts.Files is [var only] ? only.Path : null };
    }

    private static string? Place(SliceTexts? slice, string word) => slice?.Texts.Files
        .Select(f => WordSearch.LineOf(f.Text, word) is { } line ? FormattableString.Invariant($"{f.Path}:{line}") : null)
        .FirstOrDefault(p => p is not null);

    private static IEnumerable<SliceFinding> NotRead(SliceTexts slice) => slice.Texts.LeftOut.Select(path =>
        new SliceFinding(SliceRules.NotRead, $"a file of slice {slice.Slice} that is too long, or one too many, to be looked at") { Slice = slice.Slice, File = path, IsAdvisory = true });
}
