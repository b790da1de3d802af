using System.Globalization;
using System.Text;

namespace Foreman.Compare.Runs;

/// <summary>The comparison as the table that <c>docs/reference/loop.md</c> shows.</summary>
internal static class Table
{
    /// <summary>One row for each variant. Lost are runs that end well with all defences and not without this one; won the other way round.</summary>
    internal static string Markdown(IReadOnlyDictionary<TrialKey, TrialResult> results, IReadOnlyList<Variant> variants)
    {
        var text = new StringBuilder("| switched off | completed | lost | won | tokens per completed goal | turns per run |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var variant in variants)
        {
            var mine = results.Where(r => r.Key.Variant == variant.Name).ToList();
            var completed = mine.Count(r => r.Value.Completed);
            var (lost, won) = Differences(results, variant.Name);
            var tokens = completed == 0 ? "–" : (mine.Sum(r => r.Value.Tokens) / completed).ToString("N0", CultureInfo.InvariantCulture);
            _ = text.Append(CultureInfo.InvariantCulture, $"| {variant.Title} | {Share(completed, mine.Count)} | {lost} | {won} | {tokens} | {mine.Average(r => r.Value.Turns):0.0} |\n");
        }

        return text.ToString();
    }

    /// <summary>Completion by language, with all defences and with none.</summary>
    internal static string Languages(IReadOnlyDictionary<TrialKey, TrialResult> results, IReadOnlyList<CodingTask> tasks)
    {
        var text = new StringBuilder("| language | tasks | all defences | none |\n|---|--:|--:|--:|\n");
        foreach (var language in tasks.GroupBy(t => t.Language).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var ids = language.Select(t => t.Id).ToHashSet();
            _ = text.Append(CultureInfo.InvariantCulture, $"| {language.Key} | {ids.Count} | {Of(Variant.Everything)} | {Of(Variant.Nothing)} |\n");

            string Of(string variant)
            {
                var mine = results.Where(r => r.Key.Variant == variant && ids.Contains(r.Key.Task)).ToList();
                return mine.Count == 0 ? "–" : Share(mine.Count(r => r.Value.Completed), mine.Count);
            }
        }

        return text.ToString();
    }

    /// <summary>Completed runs of a variant, from 0 to 1.</summary>
    internal static double Completion(IReadOnlyDictionary<TrialKey, TrialResult> results, string variant) =>
        results.Where(r => r.Key.Variant == variant).Select(r => r.Value.Completed ? 1.0 : 0.0).DefaultIfEmpty().Average();

    private static (int Lost, int Won) Differences(IReadOnlyDictionary<TrialKey, TrialResult> results, string variant)
    {
        var pairs = results.Where(r => r.Key.Variant == variant)
            .Select(r => (With: results.GetValueOrDefault(r.Key with { Variant = Variant.Everything })?.Completed, Without: r.Value.Completed)).ToList();
        return (pairs.Count(p => p.With is true && !p.Without), pairs.Count(p => p.With is false && p.Without));
    }

    private static string Share(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{part} of {all} ({100.0 * part / Math.Max(1, all):0.0} %)");
}
