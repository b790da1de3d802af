using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Runner.Unions;

/// <summary>
/// Whether slices keep to a contract, as far as that can be told without reading it as a person would: its file is the same for all, and
/// the names that it quotes are there. Pure.
/// </summary>
internal static partial class ContractCheck
{
    /// <summary>
    /// The file that holds the contract; null when it is a text itself, or leads out of the repository. A path is one word with a slash, or a dot that
    /// does not end it.
    /// </summary>
    /// <param name="contract">The task's spec.payload.contract.</param>
    public static string? PathOf(string contract)
    {
        var word = contract.Trim();
        return word.Length is > 0 and <= 500 && !word.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && !word.EndsWith('.') && word.AsSpan().ContainsAny('/', '.')
            && word[0] is not ('/' or ':') && !word.Split('/').Contains("..") && SliceOwnership.Normal(word) is { Length: > 0 } path
            ? path
            : null;
    }

    /// <summary>Whether all have the same contract.</summary>
    /// <param name="path">The contract's file.</param>
    /// <param name="ofBase">Its text in the base; null when it is not there.</param>
    /// <param name="ofSlices">Its text by slice; null where it is not there.</param>
    public static ImmutableArray<SliceFinding> Of(string path, string? ofBase, IReadOnlyList<(string Slice, string? Text)> ofSlices)
    {
        var (first, whose) = First(ofBase, ofSlices);
        if (first is null)
        {
            return [new(SliceRules.Contract, "the contract is neither in the base nor on the branch of a slice") { File = path }];
        }

        return
        [
            .. ofSlices.Where(s => s.Text != first).Select(s => s.Text is null
                ? new SliceFinding(SliceRules.Contract, $"{whose} has this contract, and slice {s.Slice} does not have it") { Slice = s.Slice, File = path }
                : new SliceFinding(SliceRules.Contract, $"slice {s.Slice} has another contract than {whose}, from this line on") { Slice = s.Slice, File = path, Line = DiffersAt(first, s.Text) }),
        ];
    }

    /// <summary>Names that the contract quotes in backticks and no slice has; they are told and fail nothing, since a contract may say what is not to be.</summary>
    /// <param name="contract">The text.</param>
    /// <param name="slices">The slices.</param>
    public static ImmutableArray<SliceFinding> Quoted(string contract, IReadOnlyList<SliceTexts> slices)
    {
        var names = Quotes().Matches(contract).Select(m => m.Groups[1].Value.TrimEnd('(', ')', ';', ',')).Where(n => n.Any(char.IsLetter)).Distinct(StringComparer.Ordinal).Take(SliceFinding.Max);
        return
        [
            .. names.Where(n => !slices.Any(s => s.Texts.Files.Any(f => f.Path == n || WordSearch.LineOf(f.Text, n) is not null)))
                .Select(n => new SliceFinding(SliceRules.Contract, $"the contract quotes {Printable.Line(n)}, which no slice has") { IsAdvisory = true }),
        ];
    }

    private static (string? Text, string Whose) First(string? ofBase, IReadOnlyList<(string Slice, string? Text)> ofSlices)
    {
        if (ofBase is not null)
        {
            return (ofBase, "the base");
        }

        var (slice, text) = ofSlices.FirstOrDefault(s => s.Text is not null);
        return (text, $"slice {slice}");
    }

    private static int DiffersAt(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        return one.AsSpan(0, same).Count('\n') + 1;
    }

    [GeneratedRegex("(?<!`)`([^`\\s]{1,200})`(?!`)", RegexOptions.CultureInvariant)]
    private static partial Regex Quotes();
}
